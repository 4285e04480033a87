// The handler of //apps/blink behind the driver of the pins, on a model of them: QEMU cannot press a button.
#include <gtest/gtest.h>

#include "apps/blink/answer.h"
#include "drivers/bus/registers/double.h"
#include "drivers/gpio/bcm2835/bcm2835_gpio.h"
#include "drivers/gpio/bcm2835/edges.h"
#include "drivers/gpio/bcm2835/model_gpio.h"
#include "kernel/base/time.h"

namespace {

using Gpio = drivers::gpio::Bcm2835GpioOn<drivers::DoubleRegisters>;
using drivers::gpio::Edges;
using drivers::gpio::Function;
using drivers::gpio::Pull;

constexpr unsigned kLamp = 27;
constexpr unsigned kButton = 21;

// As boards/machine/pins.h has it, on the model.
class Pin {
 public:
  Pin(drivers::gpio::ModelGpio& model, unsigned number) : gpio_(model), number_(number) {}
  void Write(bool is_high) const { gpio_.Write(number_, is_high); }
  bool Read() const { return gpio_.Read(number_); }

 private:
  Gpio gpio_;
  unsigned number_;
};

class ButtonTest : public testing::Test {
 protected:
  ButtonTest() {
    const Gpio gpio(board_);
    gpio.SetFunction(kLamp, Function::kOutput);
    gpio.SetPull(kButton, Pull::kUp, [](kernel::Duration) {});
    Turn(true);  // the resistor
    handlers_.Watch(kButton, Edges::kBoth, &decltype(answer_)::OnEdge, &answer_);
  }
  // The button's level changes; a controller calls at once while the pins ask.
  void Turn(bool is_high) {
    board_.Drive(kButton, is_high);
    while (board_.Asks()) handlers_.OnInterrupt();
  }

  drivers::gpio::ModelGpio board_;
  drivers::gpio::EdgeHandlers<Gpio> handlers_{Gpio(board_)};
  blink::Answer<Pin, Pin> answer_{Pin(board_, kLamp), Pin(board_, kButton)};
};

TEST_F(ButtonTest, TheLampIsLitAsLongAsTheButtonIsPressed) {
  EXPECT_EQ(board_.PullOf(kButton), 2u);
  EXPECT_FALSE(board_.Level(kLamp));
  for (int press = 1; press <= 3; ++press) {
    Turn(false);
    EXPECT_TRUE(board_.Level(kLamp));
    EXPECT_EQ(answer_.presses(), press);
    Turn(true);
    EXPECT_FALSE(board_.Level(kLamp));
  }
  EXPECT_EQ(answer_.presses(), 3);
  EXPECT_TRUE(board_.complaints.empty());
}

TEST_F(ButtonTest, AButtonThatBouncesFasterThanTheInterruptEndsAsItLies) {
  // Down, up, down, all before the interrupt is taken.
  for (const bool is_high : {false, true, false}) board_.Drive(kButton, is_high);
  handlers_.OnInterrupt();
  EXPECT_TRUE(board_.Level(kLamp));
  EXPECT_EQ(answer_.presses(), 1);
  for (const bool is_high : {true, false, true}) board_.Drive(kButton, is_high);
  handlers_.OnInterrupt();
  EXPECT_FALSE(board_.Level(kLamp));
  EXPECT_EQ(answer_.presses(), 1);
}

TEST_F(ButtonTest, OtherPinsDoNotConcernIt) {
  handlers_.Watch(20, Edges::kBoth, [](void*) {}, nullptr);
  board_.Drive(20, true);
  while (board_.Asks()) handlers_.OnInterrupt();
  EXPECT_FALSE(board_.Level(kLamp));
  EXPECT_EQ(answer_.presses(), 0);
}

}  // namespace
