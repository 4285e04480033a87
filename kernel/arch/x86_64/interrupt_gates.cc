#include "kernel/arch/x86_64/interrupt_gates.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/arch/interrupts.h"
#include "kernel/arch/x86_64/boot_constants.h"
#include "kernel/base/address.h"
#include "kernel/base/check.h"

extern "C" const char EnkelInterruptStubs[];  // interrupt_entry.S

namespace kernel::arch {

extern "C" [[gnu::weak]] void EnkelOnInterrupt(std::uint32_t entry);

namespace {

// [SDM] 3A 6.14.1 figure 6-8.
struct Gate {
  std::uint16_t offset_low;
  std::uint16_t selector;
  std::uint8_t interrupt_stack;
  std::uint8_t type;
  std::uint16_t offset_middle;
  std::uint32_t offset_high;
  std::uint32_t reserved;
};

struct [[gnu::packed]] TablePointer {
  std::uint16_t limit;
  const Gate* base;
};

constexpr std::uint8_t kInterruptStack = 2;    // in the TSS of start.S
constexpr std::uint8_t kInterruptGate = 0x8e;  // present, ring 0, 64 bits, interrupts masked
constexpr std::size_t kGates = 256;
constexpr std::size_t kFirst = ENKEL_X86_FIRST_INTERRUPT;

// A page of its own: nothing writes to it any more once it is in use.
alignas(kPageSize) [[gnu::section(".bss..noinit")]] constinit std::array<Gate, kGates> gates = {};
static_assert(sizeof(gates) == kPageSize);

TablePointer LiveTable() {
  TablePointer pointer;
  asm volatile("sidt %0" : "=m"(pointer));
  return pointer;
}

}  // namespace

void OpenInterruptGates() {
  const TablePointer exceptions = LiveTable();
  if (&EnkelOnInterrupt == nullptr || exceptions.base == gates.data()) return;
  for (std::size_t i = 0; i < kFirst; ++i) gates[i] = exceptions.base[i];
  auto stub = reinterpret_cast<std::uint64_t>(EnkelInterruptStubs);
  for (std::size_t i = kFirst; i < kGates; ++i, stub += ENKEL_X86_INTERRUPT_STUB_SIZE) {
    gates[i] = {.offset_low = static_cast<std::uint16_t>(stub),
                .selector = ENKEL_X86_CODE_SELECTOR,
                .interrupt_stack = kInterruptStack,
                .type = kInterruptGate,
                .offset_middle = static_cast<std::uint16_t>(stub >> 16),
                .offset_high = static_cast<std::uint32_t>(stub >> 32),
                .reserved = 0};
  }
  CHECK(Protect({reinterpret_cast<std::uint64_t>(gates.data())}, sizeof(gates), Access::kRead).has_value());
  const TablePointer all = {.limit = sizeof(gates) - 1, .base = gates.data()};
  asm volatile("lidt %0" : : "m"(all));
}

}  // namespace kernel::arch
