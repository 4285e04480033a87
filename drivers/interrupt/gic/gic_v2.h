// ARM Generic Interrupt Controller, version 2 (GIC-400), with its message frame (GICv2m) where there is one. [GICv2]
//
// Lines are INTIDs: 0 to 15 software, 16 to 31 the core's own (27: virtual timer), from 32 on shared devices. One core.
// Works in a secure and in a non-secure state, and where there is only one: in each, bit 0 of the control registers
// enables the group that reaches us as IRQ.
#ifndef ENKEL_DRIVERS_INTERRUPT_GIC_GIC_V2_H_
#define ENKEL_DRIVERS_INTERRUPT_GIC_GIC_V2_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "drivers/interrupt/gic/lines.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::interrupt {

template <typename Registers>
class GicV2On final : public kernel::interrupt::Controller {
 public:
  using Line = kernel::interrupt::Line;

  struct Bases {
    Registers distributor;
    Registers cpu_interface;
    Registers message_frame;               // perhaps not there
    kernel::PhysicalAddress message_port;  // the same frame, as devices address it
  };
  constexpr explicit GicV2On(const Bases& bases) : bases_(bases), lines_(bases.distributor) {}

  // Masks every line, sends the shared ones to this core, and switches the controller on. Before anything else.
  void Initialize();

  std::uint32_t line_count() const override { return line_count_; }
  kernel::Result<void> Configure(Line line, kernel::interrupt::Trigger trigger) override;
  void Unmask(Line line) override { lines_.Unmask(line); }
  void Mask(Line line) override { lines_.Mask(line); }
  kernel::Result<kernel::interrupt::Message> AllocateMessage() override;
  Line Claim(std::uint32_t entry) override;
  void Complete(Line line) override;

 private:
  void FindMessages();

  Bases bases_;
  GicLinesOn<Registers> lines_;
  std::uint32_t line_count_ = 0;
  std::uint32_t next_message_ = 0;  // [next_message_, end_of_messages_) are not given yet
  std::uint32_t end_of_messages_ = 0;
};

using GicV2 = GicV2On<MappedRegisters>;

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_GIC_GIC_V2_H_
