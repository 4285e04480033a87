// WXN: even a page table that says "writable and executable" makes nothing executable. The entry is written as the
// kernel would have to, through the window (kernel/arch/aarch64/address_space.cc).
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>

#include "kernel/arch/aarch64/boot_constants.h"
#include "kernel/arch/address_space.h"

extern "C" char __boot_tables_start[];

namespace {

constexpr std::uint64_t kAddressBits = 0x0000'ffff'ffff'f000;

// An entry of the table at a physical address: read or written through the window.
std::uint64_t Access(std::uint64_t table, std::uint64_t index, std::uint64_t set, std::uint64_t clear) {
  const std::uint64_t root = reinterpret_cast<std::uint64_t>(__boot_tables_start);
  asm volatile("msr ttbr1_el1, %0\n\tisb" ::"r"((root + ENKEL_ARM_WINDOW_ROOT_OFFSET) | ENKEL_ARM_WINDOW_ASID)
               : "memory");
  auto* const slot = reinterpret_cast<volatile std::uint64_t*>(ENKEL_ARM_WINDOW + table) + index;
  const std::uint64_t old = *slot;
  *slot = (old | set) & ~clear;
  asm volatile("dsb ish\n\tmsr ttbr1_el1, %0\n\tisb" ::"r"(root + ENKEL_ARM_EMPTY_ROOT_OFFSET) : "memory");
  return old;
}

}  // namespace

int main() {
  std::uint64_t control = 0;
  asm volatile("mrs %0, sctlr_el1" : "=r"(control));
  std::printf("WXN: %d\n", static_cast<int>(control >> 19 & 1));

  auto* const code =
      static_cast<std::uint32_t*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  code[0] = 0xd65f03c0;  // ret
  const auto address = reinterpret_cast<std::uint64_t>(code);
  std::uint64_t table = reinterpret_cast<std::uint64_t>(__boot_tables_start);
  for (const int shift : {39, 30, 21}) table = Access(table, address >> shift & 511, 0, 0) & kAddressBits;
  Access(table, address >> 12 & 511, 0, ENKEL_ARM_EXECUTE_NEVER);
  asm volatile("dsb ish\n\ttlbi vmalle1\n\tic iallu\n\tdsb ish\n\tisb" ::: "memory");
  std::printf("entry: writable %d, executable %d\n", 1,
              static_cast<int>((Access(table, address >> 12 & 511, 0, 0) & ENKEL_ARM_EXECUTE_NEVER) == 0));
  reinterpret_cast<void (*)()>(code)();
  std::puts("it ran");
  return 0;
}
