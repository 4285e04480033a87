#include "kernel/arch/aarch64/instruction_counter.h"

namespace {

constexpr std::uint64_t kInstRetired = 8;  // the event's number, and its bit in PMCEID0_EL0
constexpr std::uint64_t kCounter0 = 1;     // its bit in PMCNTENSET_EL0
constexpr std::uint64_t kEnable = 1;       // PMCR_EL0.E

bool HasPmu() {
  std::uint64_t features;
  asm("mrs %0, id_aa64dfr0_el1" : "=r"(features));
  const std::uint64_t version = features >> 8 & 15;
  return version != 0 && version != 15;  // 15: one of the maker's own
}

}  // namespace

// Called by start.S with a stack and nothing else: no memory is touched here.
extern "C" void EnkelStartInstructionCounter() {
  if (!HasPmu()) return;
  std::uint64_t control;
  std::uint64_t events;
  asm volatile("mrs %0, pmcr_el0" : "=r"(control));
  asm volatile("mrs %0, pmceid0_el0" : "=r"(events));
  const bool has_counter = (control >> 11 & 31) != 0;
  if (!has_counter || (events >> kInstRetired & 1) == 0) return;
  asm volatile(
      "msr pmevtyper0_el0, %0\n\t"
      "msr pmevcntr0_el0, xzr\n\t"
      "msr pmcntenset_el0, %1\n\t"
      "msr pmcr_el0, %2\n\t"
      "isb" ::"r"(kInstRetired),
      "r"(kCounter0), "r"(control | kEnable));
}

namespace kernel::arch {

std::uint32_t InstructionsSinceStart() {
  if (!HasPmu()) return 0;
  std::uint64_t running;
  asm volatile("mrs %0, pmcntenset_el0" : "=r"(running));
  if ((running & kCounter0) == 0) return 0;
  std::uint64_t count;
  asm volatile("isb; mrs %0, pmevcntr0_el0" : "=r"(count)::"memory");
  return static_cast<std::uint32_t>(count);
}

}  // namespace kernel::arch
