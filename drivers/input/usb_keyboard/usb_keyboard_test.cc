#include "drivers/input/usb_keyboard/usb_keyboard.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/usb/model_controller.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/model_hub.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/poller.h"
#include "kernel/base/time.h"

namespace drivers::usb_keyboard {
namespace {

using kernel::Duration;
using usb::Bytes;
using usb::Fault;
using usb::MakeBytes;

class Keyboard final : public usb::ModelDevice {
 public:
  Keyboard() {
    speed = usb::Speed::kLow;
    max_packet = 8;
    device_descriptor = MakeBytes({18, 1, 0, 2, 0, 0, 0, 8, 0x27, 6, 1, 0, 0, 1, 0, 0, 0, 1});
    configurations = {MakeBytes({9, 2,    34,   0, 1, 1, 0,    0xa0, 50, 9, 4, 0,    0, 1, 3, 1, 1, 0,  //
                                 9, 0x21, 0x11, 1, 0, 1, 0x22, 63,   0,  7, 5, 0x81, 3, 8, 0, 10})};
  }
  void Report(int modifiers, std::vector<int> keys) {
    Bytes report(8);
    report[0] = static_cast<std::byte>(modifiers);
    for (std::size_t i = 0; i < keys.size(); ++i) report[2 + i] = static_cast<std::byte>(keys[i]);
    reports.push_back(report);
  }
  // A key goes down, and up again.
  void Press(int key, int modifiers = 0) {
    Report(modifiers, {key});
    Report(0, {});
  }

  std::deque<Bytes> reports;
  std::vector<int> requests;

 protected:
  bool OnControlOut(const usb::Setup& setup, std::span<const std::byte>) override {
    requests.push_back(setup.request);
    return setup.request == 0x0b;  // SET_IDLE it knows not
  }
  std::optional<Bytes> NextPacket(std::uint8_t) override {
    if (reports.empty()) return std::nullopt;
    const Bytes report = reports.front();
    reports.pop_front();
    return report;
  }
};

class UsbKeyboardTest : public testing::Test, private kernel::Waker {
 protected:
  UsbKeyboardTest() {
    hub_.ports[1].device = &keyboard_;
    bus_.host.Add(driver_);
    bus_.Plug(hub_);
    bus_.Start();
  }
  std::string ReadAll(Duration time = Duration::Seconds(1)) {
    bus_.Run(time);
    std::array<char, 200> text;
    return {text.data(), driver_.Read(text)};
  }
  void Wake() override { ++wakes_; }

  int wakes_ = 0;
  usb::ModelHub hub_{2};
  Keyboard keyboard_;
  usb::ModelBus bus_;
  UsbKeyboard driver_{*this};
};

TEST_F(UsbKeyboardTest, KeysTypeWhatStandsOnThem) {
  EXPECT_EQ(ReadAll(), "");
  EXPECT_EQ(keyboard_.requests, (std::vector<int>{0x0b, 0x0a}));
  for (const int key : {4, 29, 30, 39, 44, 56, 40, 84, 99}) keyboard_.Press(key);
  EXPECT_EQ(ReadAll(), "az10 /\n/.");
  for (const int key : {4, 30, 45, 52}) keyboard_.Press(key, 0x20);
  EXPECT_EQ(ReadAll(), "A!_\"");
  keyboard_.Press(6, 1);
  EXPECT_EQ(ReadAll(), "\x03");
  EXPECT_EQ(wakes_, 14);
  EXPECT_TRUE(keyboard_.complaints.empty());
}

TEST_F(UsbKeyboardTest, AKeyThatStaysDownTypesOnceWhileOthersCome) {
  keyboard_.Report(0, {4});
  keyboard_.Report(0, {4, 5});
  keyboard_.Report(0, {5, 4, 6});
  keyboard_.Report(0, {1, 1, 1, 1, 1, 1});  // too many at once
  keyboard_.Report(0, {5, 6});
  keyboard_.Report(0, {4});
  EXPECT_EQ(ReadAll(), "abca");
}

TEST_F(UsbKeyboardTest, CapsLockIsForLetters) {
  keyboard_.Press(57);
  for (const int key : {4, 30}) keyboard_.Press(key);
  keyboard_.Press(4, 2);
  keyboard_.Press(57);
  keyboard_.Press(4);
  EXPECT_EQ(ReadAll(), "A1aa");
}

TEST_F(UsbKeyboardTest, WhatNobodyReadsIsKeptAsFarAsThereIsRoom) {
  for (int i = 0; i < 100; ++i) keyboard_.Press(4 + i % 26);
  const std::string text = ReadAll(Duration::Seconds(3));
  EXPECT_EQ(text.size(), UsbKeyboard::kRoom);
  EXPECT_EQ(text.substr(0, 4), "abcd");
  keyboard_.Press(4);
  EXPECT_EQ(ReadAll(), "a");
}

TEST_F(UsbKeyboardTest, ShortReportsAndKeysThatNobodyKnowsTypeNothing) {
  keyboard_.reports.push_back(Bytes(2, std::byte{4}));
  for (int key = 0; key < 256; ++key) keyboard_.Press(key);
  (void)ReadAll(Duration::Seconds(6));
  keyboard_.Press(4);
  EXPECT_EQ(ReadAll(), "A");  // one of them was caps lock
}

TEST_F(UsbKeyboardTest, EveryFaultAtEveryTransactionIsSurvivedAndPullingItOutMendsIt) {
  for (const Fault fault : {Fault::kDeaf, Fault::kDead, Fault::kNak, Fault::kStall, Fault::kShort, Fault::kLong,
                            Fault::kWrongToggle, Fault::kGarbage, Fault::kUnplug}) {
    for (int at = 0; at < 45; ++at) {
      SCOPED_TRACE(testing::Message() << "fault " << static_cast<int>(fault) << " at " << at);
      keyboard_.transactions = 0;
      keyboard_.faults = {{at, fault}};
      keyboard_.is_plugged = true;
      for (int i = 0; i < 4; ++i) keyboard_.Press(5);
      (void)ReadAll();
      keyboard_.is_plugged = false;
      (void)ReadAll();
      EXPECT_FALSE(driver_.is_attached());
      keyboard_.faults.clear();
      keyboard_.reports.clear();
      keyboard_.is_plugged = true;
      (void)ReadAll();
      EXPECT_TRUE(driver_.is_attached());
      keyboard_.Press(4);
      EXPECT_EQ(ReadAll().back(), 'a');
    }
  }
}

}  // namespace
}  // namespace drivers::usb_keyboard
