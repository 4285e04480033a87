#include "drivers/interrupt/gic/gic_v3.h"

#include <cstddef>

namespace drivers::interrupt {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;
using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

// GICD_CTLR, the bits that mean the same in the non-secure state and where there is only one. [GIC] 12.9.4
constexpr std::uint32_t kGroup1 = 1u << 1;           // EnableGrp1A, EnableGrp1
constexpr std::uint32_t kAffinityRouting = 1u << 4;  // ARE_NS, ARE
constexpr std::uint32_t kWritePending = 1u << 31;    // RWP
constexpr std::uint32_t kOwnWritePending = 1u << 3;  // RWP of GICR_CTLR

// GICR_WAKER. [GIC] 12.11.42
constexpr std::uint32_t kProcessorSleep = 1u << 1;
constexpr std::uint32_t kChildrenAsleep = 1u << 2;

// A controller that does not answer is noticed when its interrupts do not come.
void AwaitZero(const volatile std::uint32_t& word, std::uint32_t bits) {
  constexpr int kMostPolls = 1'000'000;
  for (int polls = 0; (word & bits) != 0 && polls < kMostPolls; ++polls) continue;
}

}  // namespace

// What version 3 adds to lines.cc. [GIC] 12.9.1
struct GicV3Lines::Distributor {
  std::uint32_t ctlr;
  std::uint8_t other_0004[0x5ffc];
  std::uint64_t irouter[1020];
};

// The first frame. [GIC] 12.11.1
struct GicV3Lines::Redistributor {
  std::uint32_t ctlr;
  std::uint32_t iidr;
  std::uint64_t typer;
  std::uint32_t statusr;
  std::uint32_t waker;
};

volatile GicV3Lines::Distributor& GicV3Lines::distributor() const {
  static_assert(offsetof(Distributor, irouter) == 0x6000);
  return *reinterpret_cast<volatile Distributor*>(distributor_.value);
}

volatile GicV3Lines::Redistributor& GicV3Lines::redistributor() const {
  static_assert(offsetof(Redistributor, waker) == 0x14);
  return *reinterpret_cast<volatile Redistributor*>(redistributor_.value);
}

void GicV3Lines::Initialize() {
  distributor().ctlr = 0;
  AwaitDistributor();
  distributor().ctlr = kAffinityRouting;  // alone: what follows needs it
  AwaitDistributor();
  count_ = shared_.Count();
  shared_.Reset(kGicPrivateLines, count_);
  shared_.UseGroup1(kGicPrivateLines, count_);
  for (std::uint32_t line = kGicPrivateLines; line < count_; ++line) distributor().irouter[line] = 0;

  WakeRedistributor();
  own_.Reset(0, kGicPrivateLines);
  own_.UseGroup1(0, kGicPrivateLines);
  AwaitRedistributor();

  distributor().ctlr = kAffinityRouting | kGroup1;
  AwaitDistributor();
}

void GicV3Lines::AwaitDistributor() const { AwaitZero(distributor().ctlr, kWritePending); }

void GicV3Lines::AwaitRedistributor() const { AwaitZero(redistributor().ctlr, kOwnWritePending); }

void GicV3Lines::WakeRedistributor() const {
  redistributor().waker = redistributor().waker & ~kProcessorSleep;
  AwaitZero(redistributor().waker, kChildrenAsleep);
}

void GicV3Lines::Mask(Line line) const {
  BankOf(line).Mask(line);
  line.number < kGicPrivateLines ? AwaitRedistributor() : AwaitDistributor();
}

Result<void> GicV3Lines::Configure(Line line, Trigger trigger) const {
  if (line.number >= count_) return Fail(Error::kInvalidArgument);
  return BankOf(line).SetTrigger(line, trigger);
}

}  // namespace drivers::interrupt
