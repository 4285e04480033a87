// A USB keyboard as a source of characters: the boot protocol, which every keyboard speaks, and the keys of a US one.
// [HID] 7.2, appendix B
//
//   UsbKeyboard keyboard(waker);
//   host.Add(keyboard);
#ifndef ENKEL_DRIVERS_INPUT_USB_KEYBOARD_USB_KEYBOARD_H_
#define ENKEL_DRIVERS_INPUT_USB_KEYBOARD_USB_KEYBOARD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "kernel/base/poller.h"

namespace drivers::usb_keyboard {

// What a key of the keyboard's page types, with or without shift; 0: nothing. [HUT] 10
char CharacterOf(std::uint8_t usage, bool is_shifted);

// Serves one keyboard at a time. A key types once, when it goes down; with Ctrl a letter is its control character. Not
// interrupt-safe.
class UsbKeyboard final : public usb::ClassDriver,
                          private usb::Function,
                          private usb::TransferObserver,
                          private usb::Timer {
 public:
  static constexpr std::size_t kRoom = 64;  // characters that wait to be read; what comes then is dropped

  // `waker`, which outlives it, is woken when there is something to read.
  constexpr explicit UsbKeyboard(kernel::Waker& waker) : waker_(waker) {}

  // Takes what was typed, at most as many characters as `to` holds; returns how many. Does not block.
  std::size_t Read(std::span<char> to);

  bool is_attached() const { return device_ != nullptr; }

  bool Match(const usb::Device& device, const usb::InterfaceDescriptor& interface) const override;
  usb::Function* Attach(usb::Device& device, const usb::InterfaceDescriptor& interface) override;

 private:
  static constexpr std::size_t kReportSize = 8;
  static constexpr std::size_t kFirstKey = 2;
  using Report = std::array<std::uint8_t, kReportSize>;
  enum class Step : std::uint8_t { kProtocol, kIdle, kListening };

  void OnGone() override;
  void Detach() override { device_ = nullptr; }
  void OnComplete(usb::Transfer& transfer) override;
  void OnTimer() override;
  void Request(Step step, std::uint8_t request);
  void Listen();
  void OnReport();
  void Type(std::uint8_t usage, std::uint8_t modifiers);

  kernel::Waker& waker_;
  usb::Device* device_ = nullptr;
  std::uint8_t interface_ = 0;
  Step step_ = Step::kProtocol;
  bool has_caps_lock_ = false;
  Report last_ = {};
  usb::Pipe pipe_;
  usb::Transfer request_;
  usb::Transfer report_;
  usb::Transfer recovery_;
  usb::DmaBytes<64> bytes_;
  std::array<char, kRoom> typed_ = {};
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace drivers::usb_keyboard

#endif  // ENKEL_DRIVERS_INPUT_USB_KEYBOARD_USB_KEYBOARD_H_
