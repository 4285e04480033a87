#include "drivers/input/usb_keyboard/usb_keyboard.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/time.h"

namespace drivers::usb_keyboard {
namespace {

using kernel::Duration;
using usb::Status;

// [HID] 4.2, 4.3
constexpr std::uint8_t kHid = 3;
constexpr std::uint8_t kBoot = 1;
constexpr std::uint8_t kKeyboard = 1;

// [HID] 7.2.4, 7.2.6; both with 0: the boot protocol, and reports only when something changes.
constexpr std::uint8_t SET_IDLE = 0x0a;
constexpr std::uint8_t SET_PROTOCOL = 0x0b;

// [HUT] 10
constexpr std::uint8_t kErrorRollOver = 1;  // to 3: what is down cannot be told
constexpr std::uint8_t kFirst = 4;
constexpr std::uint8_t kCapsLock = 57;
constexpr std::string_view kPlain("abcdefghijklmnopqrstuvwxyz1234567890\n\x1b\x7f\t -=[]\\#;'`,./");
constexpr std::string_view kShifted("ABCDEFGHIJKLMNOPQRSTUVWXYZ!@#$%^&*()\n\x1b\x7f\t _+{}|~:\"~<>?");
static_assert(kPlain.size() == kCapsLock - kFirst && kShifted.size() == kPlain.size());
constexpr std::uint8_t kFirstOfPad = 84;
constexpr std::string_view kPad("/*-+\n1234567890.");

// [HID] B.1
constexpr std::uint8_t kControls = 0x11;
constexpr std::uint8_t kShifts = 0x22;

constexpr Duration kPatience = Duration::Seconds(1);
constexpr Duration kPause = Duration::Milliseconds(10);

bool IsLetter(char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'); }

}  // namespace

char CharacterOf(std::uint8_t usage, bool is_shifted) {
  if (usage >= kFirst && usage < kCapsLock) {
    const std::size_t index = usage - std::size_t{kFirst};
    return is_shifted ? kShifted[index] : kPlain[index];
  }
  if (usage >= kFirstOfPad && usage < kFirstOfPad + kPad.size()) return kPad[usage - std::size_t{kFirstOfPad}];
  return 0;
}

bool UsbKeyboard::Match(const usb::Device&, const usb::InterfaceDescriptor& interface) const {
  return device_ == nullptr && interface.interface_class == kHid && interface.subclass == kBoot &&
         interface.protocol == kKeyboard;
}

usb::Function* UsbKeyboard::Attach(usb::Device& device, const usb::InterfaceDescriptor& interface) {
  const auto endpoint = interface.FindEndpoint(usb::TransferType::kInterrupt, usb::Direction::kIn);
  if (device_ != nullptr || !endpoint || endpoint->max_packet > bytes_.bytes.size()) return nullptr;
  if (!device.Open(pipe_, *endpoint)) return nullptr;
  device_ = &device;
  interface_ = interface.number;
  last_ = {};
  Request(Step::kProtocol, SET_PROTOCOL);
  return this;
}

void UsbKeyboard::OnGone() { device_->CancelTimer(*this); }

void UsbKeyboard::Request(Step step, std::uint8_t request) {
  step_ = step;
  request_.setup = {.request_type = usb::kClassRequest | usb::kToInterface, .request = request, .index = interface_};
  request_.timeout = kPatience;
  request_.observer = this;
  device_->control().Submit(request_);
}

// Keyboards that know a request not behave as if they did: how either ends does not matter.
void UsbKeyboard::OnComplete(usb::Transfer& transfer) {
  if (device_->is_gone()) return;
  if (&transfer == &request_) {
    if (step_ == Step::kProtocol) {
      Request(Step::kIdle, SET_IDLE);
    } else {
      step_ = Step::kListening;
      Listen();
    }
  } else if (&transfer == &recovery_) {
    if (recovery_.status() == Status::kDone) {
      Listen();
    } else {
      device_->SetTimer(*this, device_->now() + kPatience);
    }
  } else if (report_.status() == Status::kDone) {
    OnReport();
    Listen();
  } else {
    device_->SetTimer(*this, device_->now() + kPause);
  }
}

void UsbKeyboard::OnTimer() {
  recovery_.timeout = kPatience;
  recovery_.observer = this;
  device_->ClearHalt(pipe_, recovery_);
}

void UsbKeyboard::Listen() {
  report_.data = bytes_.all().first(pipe_.endpoint().max_packet);
  report_.observer = this;
  pipe_.Submit(report_);
}

// What is down now and was not before has been pressed.
void UsbKeyboard::OnReport() {
  if (report_.actual() < kReportSize) return;
  Report now;
  for (std::size_t i = 0; i < kReportSize; ++i) now[i] = static_cast<std::uint8_t>(bytes_.bytes[i]);
  if (now[kFirstKey] >= kErrorRollOver && now[kFirstKey] < kFirst) return;
  const std::span<const std::uint8_t> before = std::span(last_).subspan(kFirstKey);
  for (const std::uint8_t usage : std::span(now).subspan(kFirstKey)) {
    if (usage != 0 && std::ranges::find(before, usage) == before.end()) Type(usage, now[0]);
  }
  last_ = now;
}

void UsbKeyboard::Type(std::uint8_t usage, std::uint8_t modifiers) {
  if (usage == kCapsLock) {
    has_caps_lock_ = !has_caps_lock_;
    return;
  }
  bool is_shifted = (modifiers & kShifts) != 0;
  if (IsLetter(CharacterOf(usage, false)) && has_caps_lock_) is_shifted = !is_shifted;
  char character = CharacterOf(usage, is_shifted);
  if (character == 0 || count_ == kRoom) return;
  if ((modifiers & kControls) != 0 && IsLetter(character)) character = static_cast<char>(character & 0x1f);
  typed_[(first_ + count_++) % kRoom] = character;
  waker_.Wake();
}

std::size_t UsbKeyboard::Read(std::span<char> to) {
  const std::size_t size = std::min(to.size(), count_);
  for (std::size_t i = 0; i < size; ++i) to[i] = typed_[(first_ + i) % kRoom];
  first_ = (first_ + size) % kRoom;
  count_ -= size;
  return size;
}

}  // namespace drivers::usb_keyboard
