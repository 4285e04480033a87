#include "drivers/interrupt/gic/gic_v3.h"

#include <cstdint>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/interrupt/gic/registers.h"

namespace drivers::interrupt {
namespace {

namespace distributor = gic_distributor;
namespace redistributor = gic_redistributor;

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

constexpr std::uint32_t kRouterSize = sizeof(distributor::IROUTER::Word);

// A controller that does not answer is noticed when its interrupts do not come.
template <typename R, typename Field>
void AwaitZero(const auto& registers) {
  constexpr int kMostPolls = 1'000'000;
  for (int polls = 0; polls < kMostPolls; ++polls) {
    if (!Field::IsIn(registers.template Read<R>().value)) return;
  }
}

}  // namespace

template <typename Registers>
void GicV3LinesOn<Registers>::Initialize() {
  using distributor::CTLR;
  distributor_.template Write<CTLR>(0);
  AwaitDistributor();
  distributor_.template Write<CTLR>(CTLR::AffinityRouting::kMask);  // alone: what follows needs it
  AwaitDistributor();
  count_ = shared_.Count();
  shared_.Reset(kGicPrivateLines, count_);
  shared_.UseGroup1(kGicPrivateLines, count_);
  for (std::uint32_t line = kGicPrivateLines; line < count_; ++line) {
    distributor_.template Write<distributor::IROUTER>(0, line * kRouterSize);
  }

  WakeRedistributor();
  own_.Reset(0, kGicPrivateLines);
  own_.UseGroup1(0, kGicPrivateLines);
  AwaitRedistributor();

  distributor_.template Write<CTLR>(CTLR::AffinityRouting::kMask | CTLR::EnableGrp1::kMask);
  AwaitDistributor();
}

template <typename Registers>
void GicV3LinesOn<Registers>::AwaitDistributor() const {
  AwaitZero<distributor::CTLR, distributor::CTLR::RegisterWritePending>(distributor_);
}

template <typename Registers>
void GicV3LinesOn<Registers>::AwaitRedistributor() const {
  AwaitZero<redistributor::CTLR, redistributor::CTLR::RegisterWritePending>(redistributor_);
}

template <typename Registers>
void GicV3LinesOn<Registers>::WakeRedistributor() const {
  using redistributor::WAKER;
  const std::uint32_t waker = redistributor_.template Read<WAKER>().value;
  redistributor_.template Write<WAKER>(waker & ~WAKER::ProcessorSleep::kMask);
  AwaitZero<WAKER, WAKER::ChildrenAsleep>(redistributor_);
}

template <typename Registers>
void GicV3LinesOn<Registers>::Mask(Line line) const {
  BankOf(line).Mask(line);
  line.number < kGicPrivateLines ? AwaitRedistributor() : AwaitDistributor();
}

template <typename Registers>
Result<void> GicV3LinesOn<Registers>::Configure(Line line, Trigger trigger) const {
  if (line.number >= count_) return Fail(Error::kInvalidArgument);
  return BankOf(line).SetTrigger(line, trigger);
}

template class GicV3LinesOn<MappedRegisters>;
template class GicV3LinesOn<DoubleRegisters>;

}  // namespace drivers::interrupt
