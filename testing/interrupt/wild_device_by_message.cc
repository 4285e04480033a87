// virt and pc: a message of its own. What is no bus master's privilege there, the processor's write is a message, too:
// GICv2m's register on virt, and the local APIC's first 16 bytes, as QEMU has them, on pc.
#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "testing/interrupt/wild_device.h"

namespace testing_interrupt {
namespace {

constinit kernel::interrupt::Message message = {};

}  // namespace

kernel::Result<WildLine> ConnectWildDevice() {
  const kernel::Result<kernel::interrupt::Message> allocated = kernel::interrupt::AllocateMessage();
  if (!allocated) return kernel::Fail(allocated.error());
  message = *allocated;
  return WildLine{.line = message.line, .trigger = kernel::interrupt::Trigger::kRisingEdge};
}

void Ask() { *reinterpret_cast<volatile std::uint32_t*>(message.address.value) = message.data; }
void Content() {}  // an edge is over when it has come

}  // namespace testing_interrupt
