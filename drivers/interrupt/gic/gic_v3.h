// ARM Generic Interrupt Controller, version 3 (and 4, whose virtual interrupts we leave alone). [GIC]
//
// Lines are INTIDs: 0 to 15 software, 16 to 31 the core's own (27: virtual timer), from 32 on shared devices. One core,
// of affinity 0.0.0.0. Works in the non-secure state, where a secure one may exist, and where there is only one.
// Messages (LPIs) would need an ITS: not implemented.
#ifndef ENKEL_DRIVERS_INTERRUPT_GIC_GIC_V3_H_
#define ENKEL_DRIVERS_INTERRUPT_GIC_GIC_V3_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "drivers/interrupt/gic/lines.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::interrupt {

// What is memory-mapped of it: distributor and the core's redistributor.
template <typename Registers>
class GicV3LinesOn {
 public:
  // `redistributor`: the first of its frames.
  constexpr GicV3LinesOn(Registers distributor, Registers redistributor)
      : distributor_(distributor),
        redistributor_(redistributor),
        shared_(distributor),
        own_(redistributor.At(kFrameSize)) {}

  // Masks every line, sends the shared ones to this core, wakes the redistributor and switches the distributor on.
  void Initialize();

  std::uint32_t count() const { return count_; }
  // Errors: kInvalidArgument (no such line), kUnsupported (trigger).
  kernel::Result<void> Configure(kernel::interrupt::Line line, kernel::interrupt::Trigger trigger) const;
  void Unmask(kernel::interrupt::Line line) const { BankOf(line).Unmask(line); }
  // Returns when the line can no longer come.
  void Mask(kernel::interrupt::Line line) const;

 private:
  static constexpr std::uint32_t kFrameSize = 0x10000;  // bytes

  void AwaitDistributor() const;
  void AwaitRedistributor() const;
  void WakeRedistributor() const;
  const GicLinesOn<Registers>& BankOf(kernel::interrupt::Line line) const {
    return line.number < kGicPrivateLines ? own_ : shared_;
  }

  Registers distributor_;
  Registers redistributor_;
  GicLinesOn<Registers> shared_;
  GicLinesOn<Registers> own_;
  std::uint32_t count_ = 0;
};

// `CpuInterface` reaches the system registers ICC_*; all static:
//   void Enable();                 any priority, group 1, ended by one write
//   std::uint32_t Acknowledge();   ICC_IAR1_EL1
//   void End(std::uint32_t id);    ICC_EOIR1_EL1
template <typename CpuInterface, typename Registers = MappedRegisters>
class GicV3 final : public kernel::interrupt::Controller {
 public:
  using Line = kernel::interrupt::Line;

  // `redistributor`: this core's.
  constexpr GicV3(Registers distributor, Registers redistributor) : lines_(distributor, redistributor) {}

  // Makes it ready with all lines masked. Before anything else.
  void Initialize() {
    lines_.Initialize();
    CpuInterface::Enable();
  }

  std::uint32_t line_count() const override { return lines_.count(); }
  kernel::Result<void> Configure(Line line, kernel::interrupt::Trigger trigger) override {
    return lines_.Configure(line, trigger);
  }
  void Unmask(Line line) override { lines_.Unmask(line); }
  void Mask(Line line) override { lines_.Mask(line); }
  kernel::Result<kernel::interrupt::Message> AllocateMessage() override {
    return kernel::Fail(kernel::Error::kUnsupported);
  }
  Line Claim(std::uint32_t) override {
    const std::uint32_t id = CpuInterface::Acknowledge();
    return id < kGicFirstSpecialId ? Line{id} : kernel::interrupt::kNoLine;
  }
  void Complete(Line line) override { CpuInterface::End(line.number); }

 private:
  GicV3LinesOn<Registers> lines_;
};

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_GIC_GIC_V3_H_
