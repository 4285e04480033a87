#include "boards/rpi3/act_led.h"

#include <cstdint>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/gpio/bcm2835/bcm2835_gpio.h"
#include "drivers/gpio/bcm2835/model_gpio.h"
#include "drivers/mailbox/bcm2835/revision.h"
#include "kernel/base/result.h"

namespace board {
namespace {

using drivers::mailbox::Model;
using Gpio = drivers::gpio::Bcm2835GpioOn<drivers::DoubleRegisters>;

class ActLedTest : public testing::Test {
 protected:
  kernel::Result<void> Switch(Model model, bool is_on) {
    return SwitchActLed(model, is_on, Gpio(pins_), [this](std::uint32_t pin, bool is_high) -> kernel::Result<void> {
      asked_.emplace_back(pin, is_high);
      if (firmware_refuses_) return kernel::Fail(kernel::Error::kRefused);
      return {};
    });
  }

  drivers::gpio::ModelGpio pins_;
  std::vector<std::pair<std::uint32_t, bool>> asked_;
  bool firmware_refuses_ = false;
};

TEST_F(ActLedTest, OnA3BPlusItIsGpio29AndNeverFlashesWhenThePinBecomesAnOutput) {
  ASSERT_TRUE(Switch(Model::k3BPlus, true));
  EXPECT_TRUE(pins_.Level(29));
  ASSERT_TRUE(Switch(Model::k3BPlus, false));
  EXPECT_FALSE(pins_.Level(29));
  ASSERT_TRUE(Switch(Model::k3APlus, true));
  EXPECT_TRUE(pins_.Level(29));
  EXPECT_TRUE(asked_.empty());
  // The level comes before the function.
  EXPECT_EQ(pins_.writes.front(), 0x1cu);
  EXPECT_TRUE(pins_.complaints.empty());
}

TEST_F(ActLedTest, OnA3BTheFirmwareHasIt) {
  ASSERT_TRUE(Switch(Model::k3B, true));
  ASSERT_TRUE(Switch(Model::k3B, false));
  EXPECT_EQ(asked_, (std::vector<std::pair<std::uint32_t, bool>>{{130, true}, {130, false}}));
  EXPECT_TRUE(pins_.writes.empty());
  firmware_refuses_ = true;
  EXPECT_EQ(Switch(Model::k3B, true).error(), kernel::Error::kRefused);
}

TEST_F(ActLedTest, OnABoardThatNobodyKnowsNothingIsTouched) {
  EXPECT_EQ(Switch(Model::kUnknown, true).error(), kernel::Error::kUnsupported);
  EXPECT_TRUE(pins_.writes.empty() && asked_.empty());
}

}  // namespace
}  // namespace board
