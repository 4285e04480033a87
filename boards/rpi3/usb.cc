#include "boards/rpi3/usb.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "boards/rpi3/firmware.h"
#include "boards/rpi3/ram.h"
#include "drivers/bus/dma/window.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/bus/usb/host.h"
#include "drivers/mailbox/bcm2835/properties.h"
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

// The VideoCore's bus reaches RAM past its own cache, and does not see the CPU's. [BCM2835] 1.2.3
constexpr drivers::BusWindow kGpuBus = {.offset = kGpuAlias, .mask = 0x3fff'ffff, .is_coherent = false};
static_assert(kGpuBus.Reaches(kPossibleRam.base, kPossibleRam.size));

struct Machine {
  static kernel::PhysicalAddress PhysicalOf(const void* byte) {
    return kernel::memory::PhysicalOf({reinterpret_cast<std::uintptr_t>(byte)});
  }
  static void CleanAndInvalidate(std::span<const std::byte> bytes) {
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
  drivers::WindowDomain<kGpuBus, Machine> domain_;
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

}  // namespace

Result<Host*> UsbHost() {
  if (!is_on) {
    if (!SwitchOn(drivers::mailbox::PowerDevice::kUsb)) return Fail(Error::kNotFound);
    SwitchPeripheral();
    const bool is_there = TheStack().controller().IsThere();
    SwitchPeripheral();
    if (!is_there) return Fail(Error::kNotFound);
    is_on = true;
  }
  return &TheStack().host();
}

bool IsUsbStarted() { return is_started; }

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
