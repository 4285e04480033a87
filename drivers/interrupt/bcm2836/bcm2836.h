// The two interrupt controllers of a BCM2836 or BCM2837 as one: that of the cores [QA7], and behind it the one that
// came with the BCM2835 [BCM2835] 7. Everything goes to core 0.
//
//   line      source
//   0-63      what the GPU and the ARM share, in the order of the manual's table: 57 is the UART
//   64-71     the ARM's own, as in the basic pending register: timer, mailbox, doorbells, halts, illegal accesses
//   96-99     core 0's timers: physical secure, physical non-secure, hypervisor, virtual
//   100-103   core 0's mailboxes 0 to 3
//
// All are level-triggered. The hardware knows no "in service": a line asks until its device is content.
#ifndef ENKEL_DRIVERS_INTERRUPT_BCM2836_BCM2836_H_
#define ENKEL_DRIVERS_INTERRUPT_BCM2836_BCM2836_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::interrupt {

template <typename Registers>
class Bcm2836On : public kernel::interrupt::Controller {
 public:
  using Line = kernel::interrupt::Line;
  static constexpr std::uint32_t kFirstBasicLine = 64;
  static constexpr std::uint32_t kFirstLocalLine = 96;
  static constexpr Line kVirtualTimer = {kFirstLocalLine + 3};

  // The BCM2835's controller, from its basic pending register on, and that of the cores.
  constexpr Bcm2836On(Registers shared, Registers local) : shared_(shared), local_(local) {}

  // Masks every line and gives what the GPU shares to core 0. Before anything else.
  void Initialize();

  std::uint32_t line_count() const override { return kFirstLocalLine + 8; }
  kernel::Result<void> Configure(Line line, kernel::interrupt::Trigger trigger) override;
  void Unmask(Line line) override;
  void Mask(Line line) override;
  // kUnsupported: this bus has no such interrupts.
  kernel::Result<kernel::interrupt::Message> AllocateMessage() override;
  // The cores' own go first.
  Line Claim(std::uint32_t entry) override;
  void Complete(Line) override {}

 private:
  Line ClaimShared() const;

  Registers shared_;
  Registers local_;
};

using Bcm2836 = Bcm2836On<MappedRegisters>;

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_BCM2836_BCM2836_H_
