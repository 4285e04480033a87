#include "kernel/interrupt/masked_section.h"

#include <cstdint>

#include "kernel/arch/entropy.h"

namespace kernel::interrupt {
namespace {

constinit MaskedSite* first_site = nullptr;

}  // namespace

const MaskedSite* FirstMaskedSite() { return first_site; }

void MaskedSection::Record() {
  const std::uint64_t ticks = arch::ReadCounter() - start_;
  MaskedSite& site = *site_;
  ++site.count_;
  if (ticks > site.worst_ticks_) site.worst_ticks_ = ticks;
  if (site.is_listed_) return;
  site.is_listed_ = true;
  site.next_ = first_site;
  first_site = &site;
}

void MaskedSection::WaitForInterrupt() {
  if (site_ != nullptr) Record();
  arch::WaitForInterrupt();
  start_ = arch::ReadCounter();
}

}  // namespace kernel::interrupt
