// The only way to mask interrupts: sections that have a name, and whose worst length is recorded.
//
//   constinit MaskedSite kPost("post deferred work");
//   ...
//   const MaskedSection section(kPost);
#ifndef ENKEL_KERNEL_INTERRUPT_MASKED_SECTION_H_
#define ENKEL_KERNEL_INTERRUPT_MASKED_SECTION_H_

#include <cstdint>

#include "kernel/arch/entropy.h"
#include "kernel/arch/interrupts.h"

namespace kernel::interrupt {

class MaskedSite;
const MaskedSite* FirstMaskedSite();

// A place that masks interrupts, and how long it did so at worst. Constant-initialised and never destroyed.
class MaskedSite {
 public:
  constexpr explicit MaskedSite(const char* name) : name_(name) {}
  MaskedSite(const MaskedSite&) = delete;
  MaskedSite& operator=(const MaskedSite&) = delete;

  const char* name() const { return name_; }
  std::uint64_t worst_ticks() const { return worst_ticks_; }  // of arch::ReadCounter
  std::uint64_t count() const { return count_; }
  const MaskedSite* next() const { return next_; }

 private:
  friend class MaskedSection;
  friend const MaskedSite* FirstMaskedSite();
  const char* name_;
  std::uint64_t worst_ticks_ = 0;
  std::uint64_t count_ = 0;
  MaskedSite* next_ = nullptr;
  bool is_listed_ = false;
};

// Every site that was entered since the start; follow next(). "change a page table", which kernel/arch does by means of
// its own, is as of this call. Interrupt-safe.
const MaskedSite* FirstMaskedSite();

// Masks interrupts until the end of its scope. Nests: an inner section, or one in a handler, changes and records
// nothing.
class [[nodiscard]] MaskedSection {
 public:
  explicit MaskedSection(MaskedSite& site) : site_(arch::InterruptsAreMasked() ? nullptr : &site) {
    if (site_ == nullptr) return;
    arch::MaskInterrupts();
    start_ = arch::ReadCounter();
  }
  ~MaskedSection() {
    if (site_ == nullptr) return;
    Record();
    arch::UnmaskInterrupts();
  }
  MaskedSection(const MaskedSection&) = delete;
  MaskedSection& operator=(const MaskedSection&) = delete;

  // arch::WaitForInterrupt, whose time does not count: what was masked before it and what is after it are two lengths.
  void WaitForInterrupt();

 private:
  void Record();

  MaskedSite* site_;
  std::uint64_t start_ = 0;
};

}  // namespace kernel::interrupt

#endif  // ENKEL_KERNEL_INTERRUPT_MASKED_SECTION_H_
