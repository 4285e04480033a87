#include "kernel/interrupt/masked_section.h"

#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/arch/entropy.h"

namespace kernel::interrupt {
namespace {

constinit MaskedSite* first_site = nullptr;
constinit MaskedSite table_site("change a page table");

}  // namespace

const MaskedSite* FirstMaskedSite() {
  const arch::TableChanges changes = arch::ReadTableChanges();
  if (changes.count == 0) return first_site;
  table_site.count_ = changes.count;
  table_site.worst_ticks_ = changes.worst_ticks;
  table_site.next_ = first_site;
  return &table_site;
}

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
