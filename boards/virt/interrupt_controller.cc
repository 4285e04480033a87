// GIC version 2 or 3, as QEMU's gic-version says; the CPU knows which: with 3 it has the system registers.
#include "boards/virt/addresses.h"
#include "drivers/interrupt/gic/gic_v2.h"
#include "drivers/interrupt/gic/gic_v3.h"
#include "kernel/arch/aarch64/gic_cpu_interface.h"
#include "kernel/base/address.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

constinit drivers::interrupt::GicV2 gic_v2({.distributor = kernel::VirtualAddress{kGic.value},
                                            .cpu_interface = kGicCpuInterface,
                                            .message_frame = kernel::VirtualAddress{kGicMessages.value},
                                            .message_port = kGicMessages});
constinit drivers::interrupt::GicV3<kernel::arch::GicCpuInterface> gic_v3(kernel::VirtualAddress{kGic.value},
                                                                          kGicRedistributor);

constinit kernel::interrupt::Controller* ready = nullptr;

}  // namespace

kernel::interrupt::Controller& InterruptController() {
  if (ready == nullptr) {
    if (kernel::arch::GicCpuInterface::Exists()) {
      gic_v3.Initialize();
      ready = &gic_v3;
    } else {
      gic_v2.Initialize();
      ready = &gic_v2;
    }
  }
  return *ready;
}

}  // namespace board
