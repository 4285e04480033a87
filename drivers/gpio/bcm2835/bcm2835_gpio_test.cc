#include "drivers/gpio/bcm2835/bcm2835_gpio.h"

#include <cstdint>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/script.h"
#include "drivers/gpio/bcm2835/edges.h"
#include "drivers/gpio/bcm2835/model_gpio.h"
#include "drivers/gpio/bcm2835/registers.h"
#include "kernel/base/time.h"

namespace drivers::gpio {
namespace {

using kernel::Duration;
using Gpio = Bcm2835GpioOn<DoubleRegisters>;

TEST(Bcm2835GpioScript, AResistorIsSetWithTheManualsDelays) {
  using namespace bcm2835;
  for (const auto& [pull, value] : {std::pair{Pull::kUp, 2u}, {Pull::kDown, 1u}, {Pull::kNone, 0u}}) {
    Script script;
    // 150 cycles at 250 MHz.
    script.Writes<GPPUD>(value).Waits(Duration::Nanoseconds(600)).Writes<GPPUDCLK>(1u << 1, 4);
    script.Waits(Duration::Nanoseconds(600)).Writes<GPPUD>(0).Writes<GPPUDCLK>(0, 4);
    Gpio(script).SetPull(33, pull, [&](Duration time) { script.Pass(time); });
    EXPECT_EQ(script.verdict(), "");
  }
}

TEST(Bcm2835GpioScript, TheDelaysAreMissedWhereNobodyWaits) {
  using namespace bcm2835;
  Script script;
  script.Writes<GPPUD>(2).Waits(Duration::Nanoseconds(600)).Writes<GPPUDCLK>(2);
  Gpio(script).SetPull(1, Pull::kUp, [](Duration) {});
  EXPECT_EQ(script.verdict(), "step 2: 0 ns after the one before, not 600");
}

TEST(Bcm2835GpioModel, EveryPinGetsItsFunctionAndKeepsTheOthers) {
  ModelGpio model;
  const Gpio gpio(model);
  constexpr Function kFunctions[] = {Function::kOutput,     Function::kAlternate0, Function::kAlternate1,
                                     Function::kAlternate2, Function::kAlternate3, Function::kAlternate4,
                                     Function::kAlternate5, Function::kInput};
  for (unsigned pin = 0; pin < Gpio::kPins; ++pin) gpio.SetFunction(pin, kFunctions[pin % 8]);
  for (unsigned pin = 0; pin < Gpio::kPins; ++pin) EXPECT_EQ(gpio.ReadFunction(pin), kFunctions[pin % 8]) << pin;
  EXPECT_EQ(model.Get(0x04) >> 12 & 0x3f, 0b000'010u) << "GPIO14: alternate 5, GPIO15: input";
  EXPECT_TRUE(model.complaints.empty());
}

TEST(Bcm2835GpioModel, OutputsAreWrittenAndReadOneByOne) {
  ModelGpio model;
  const Gpio gpio(model);
  for (unsigned pin = 0; pin < Gpio::kPins; ++pin) {
    gpio.Write(pin, true);
    EXPECT_FALSE(gpio.Read(pin)) << "still an input";
    gpio.SetFunction(pin, Function::kOutput);
    EXPECT_TRUE(gpio.Read(pin)) << pin;
    if (pin > 0) EXPECT_TRUE(gpio.Read(pin - 1));
  }
  gpio.Write(29, false);
  EXPECT_FALSE(gpio.Read(29));
  EXPECT_TRUE(gpio.Read(28) && gpio.Read(30));
  EXPECT_TRUE(model.complaints.empty());
}

TEST(Bcm2835GpioModel, ThePullIsThePinsAlone) {
  ModelGpio model;
  const Gpio gpio(model);
  gpio.SetPull(21, Pull::kUp, [](Duration) {});
  gpio.SetPull(40, Pull::kDown, [](Duration) {});
  EXPECT_EQ(model.PullOf(21), 2u);
  EXPECT_EQ(model.PullOf(40), 1u);
  EXPECT_EQ(model.PullOf(20), 0u);
  gpio.SetPull(21, Pull::kNone, [](Duration) {});
  EXPECT_EQ(model.PullOf(21), 0u);
}

struct Pressed {
  std::vector<unsigned> pins;
  struct Pin {
    Pressed* pressed;
    unsigned number;
  };
  static void Handle(void* pin) {
    const Pin& of = *static_cast<Pin*>(pin);
    of.pressed->pins.push_back(of.number);
  }
};

TEST(EdgeHandlers, AnEdgeCallsThePinsHandlerAndAsksNoMore) {
  ModelGpio model;
  EdgeHandlers<Gpio> handlers{Gpio(model)};
  Pressed pressed;
  Pressed::Pin button = {&pressed, 21};
  Pressed::Pin other = {&pressed, 45};
  model.Drive(21, true);
  handlers.Watch(21, Edges::kFalling, &Pressed::Handle, &button);
  handlers.Watch(45, Edges::kBoth, &Pressed::Handle, &other);
  EXPECT_FALSE(model.Asks());
  model.Drive(21, false);
  EXPECT_TRUE(model.Asks());
  handlers.OnInterrupt();
  EXPECT_FALSE(model.Asks());
  EXPECT_EQ(pressed.pins, (std::vector<unsigned>{21}));
  model.Drive(21, true);  // let go: no event
  EXPECT_FALSE(model.Asks());
  model.Drive(45, true);
  model.Drive(21, false);
  handlers.OnInterrupt();
  model.Drive(45, false);
  handlers.OnInterrupt();
  EXPECT_EQ(pressed.pins, (std::vector<unsigned>{21, 21, 45, 45}));
  EXPECT_TRUE(model.complaints.empty());
}

TEST(EdgeHandlers, ABouncingButtonIsOneCallAnInterrupt) {
  ModelGpio model;
  EdgeHandlers<Gpio> handlers{Gpio(model)};
  Pressed pressed;
  Pressed::Pin button = {&pressed, 3};
  handlers.Watch(3, Edges::kBoth, &Pressed::Handle, &button);
  for (int i = 0; i < 9; ++i) model.Drive(3, i % 2 == 0);
  handlers.OnInterrupt();
  handlers.OnInterrupt();
  EXPECT_EQ(pressed.pins.size(), 1u);
}

TEST(EdgeHandlers, WhatHappenedBeforeAPinWasWatchedIsForgotten) {
  ModelGpio model;
  EdgeHandlers<Gpio> handlers{Gpio(model)};
  Pressed pressed;
  Pressed::Pin old_one = {&pressed, 1};
  Pressed::Pin new_one = {&pressed, 2};
  handlers.Watch(5, Edges::kRising, &Pressed::Handle, &old_one);
  model.Drive(5, true);
  handlers.Watch(5, Edges::kRising, &Pressed::Handle, &new_one);
  handlers.OnInterrupt();
  EXPECT_TRUE(pressed.pins.empty());
  model.Drive(5, false);
  model.Drive(5, true);
  handlers.OnInterrupt();
  EXPECT_EQ(pressed.pins, (std::vector<unsigned>{2}));
}

TEST(EdgeHandlers, AControllerThatFellOffItsBusCallsOnlyWhoWatches) {
  ModelGpio model;
  FaultyRegisters faulty(model);
  EdgeHandlers<Gpio> handlers{Gpio(faulty)};
  Pressed pressed;
  Pressed::Pin button = {&pressed, 21};
  handlers.Watch(21, Edges::kFalling, &Pressed::Handle, &button);
  faulty.Break({.kind = RegisterFault::Kind::kGone});  // every event bit reads as one, also those of no pin
  handlers.OnInterrupt();
  EXPECT_EQ(pressed.pins, (std::vector<unsigned>{21}));
}

}  // namespace
}  // namespace drivers::gpio
