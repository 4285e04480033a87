#include "boards/rpi3/usb.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "boards/rpi3/mailbox.h"
#include "drivers/bus/dma/dma.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/bus/usb/host.h"
#include "drivers/usb_host/dwc2/dwc2.h"
#include "kernel/arch/aarch64/data_cache.h"
#include "kernel/base/address.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/event/polled.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/memory/memory.h"

namespace board {
namespace {

using drivers::usb::Host;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

constexpr kernel::interrupt::Line kLine = {9};  // [BCM2835] 7.5

// The VideoCore's bus reaches RAM past its own cache at this alias, and does not see the CPU's. [BCM2835] 1.2.3
class Domain final : public drivers::DmaDomain {
 public:
  drivers::BusAddress AddressOf(const void* byte) const override {
    constexpr std::uint64_t kUncachedAlias = 0xc000'0000;
    return {kernel::memory::PhysicalOf({reinterpret_cast<std::uintptr_t>(byte)}).value | kUncachedAlias};
  }
  void GiveToDevice(std::span<const std::byte> bytes) const override { Maintain(bytes); }
  void TakeFromDevice(std::span<const std::byte> bytes) const override { Maintain(bytes); }

 private:
  static void Maintain(std::span<const std::byte> bytes) {
    kernel::arch::CleanAndInvalidateDataCache({reinterpret_cast<std::uintptr_t>(bytes.data())}, bytes.size());
  }
};

// Other peripherals may have been at work before a poll, and may be after it.
class Stack final : public kernel::Poller {
 public:
  constexpr Stack() = default;

  kernel::Instant Poll(kernel::Instant now) override {
    SwitchPeripheral();
    const kernel::Instant next = host_.Poll(now);
    SwitchPeripheral();
    return next;
  }

  static void OnInterrupt(void* self) {
    Stack& stack = *static_cast<Stack*>(self);
    if (stack.controller_.OnInterrupt()) stack.polled_.Wake();
  }

  Host& host() { return host_; }
  drivers::usb_host::dwc2::Dwc2& controller() { return controller_; }

 private:
  Domain domain_;
  drivers::MemoryWindow registers_{kUsb};
  drivers::usb_host::dwc2::Dwc2 controller_{registers_, domain_};
  kernel::event::Polled polled_{*this};
  Host host_{controller_, polled_};
};

// Made when it is first wanted: its tables' rows are not zero at the start, and would be 37 KB of every image with USB.
alignas(Stack) constinit std::byte room[sizeof(Stack)] = {};
constinit Stack* made = nullptr;

Stack& TheStack() {
  if (made == nullptr) made = new (room) Stack;
  return *made;
}

[[clang::no_destroy]] constinit kernel::interrupt::Registration registration;
constinit bool is_on = false;
constinit bool is_started = false;

// [Mailbox] "Set power state": on, and wait until it is.
Result<void> SwitchOn() {
  constexpr std::uint32_t kUsbController = 3;
  constexpr std::uint32_t kOnAndWait = 3;
  constexpr std::uint32_t kOn = 1;
  constexpr std::uint32_t kIsMissing = 2;
  std::array<std::uint32_t, 2> words = {kUsbController, kOnAndWait};
  if (const auto asked = AskFirmware(FirmwareTag::kSetPower, words); !asked) return asked;
  if ((words[1] & kOn) == 0 || (words[1] & kIsMissing) != 0) return Fail(Error::kNotFound);
  return {};
}

}  // namespace

Result<Host*> UsbHost() {
  if (!is_on) {
    if (!SwitchOn()) return Fail(Error::kNotFound);
    SwitchPeripheral();
    const bool is_there = TheStack().controller().IsThere();
    SwitchPeripheral();
    if (!is_there) return Fail(Error::kNotFound);
    is_on = true;
  }
  return &TheStack().host();
}

Result<void> StartUsb() {
  if (is_started) return {};
  Result<kernel::interrupt::Registration> line = kernel::interrupt::Register(
      kLine, kernel::interrupt::Trigger::kHighLevel, "usb", &Stack::OnInterrupt, &TheStack());
  if (!line) return Fail(line.error());
  registration = std::move(*line);
  is_started = true;
  TheStack().host().Start();
  return {};
}

}  // namespace board
