// SMEP: a page that a page table calls "user" is no code for the kernel, whatever else the table says. UMIP is on. The
// entries are written as the kernel does it, with CR0.WP clear (kernel/arch/x86_64/address_space.cc).
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>

#include "kernel/arch/address_space.h"

namespace {

constexpr std::uint64_t kAddressBits = 0x000f'ffff'ffff'f000;
constexpr std::uint64_t kUser = 4;
constexpr std::uint64_t kNoExecute = std::uint64_t{1} << 63;
constexpr std::uint64_t kWriteProtect = 1 << 16;

// Where the table at a physical address can be read.
volatile std::uint64_t* At(std::uint64_t physical) {
  struct Search {
    std::uint64_t physical;
    std::uint64_t found;
  } search = {physical, 0};
  kernel::arch::ForEachMapping(
      [](void* context, const kernel::arch::Mapping& mapping) {
        auto& wanted = *static_cast<Search*>(context);
        const std::uint64_t offset = wanted.physical - mapping.physical.value;
        if (offset < mapping.size) wanted.found = mapping.virtual_address.value + offset;
      },
      &search);
  return reinterpret_cast<volatile std::uint64_t*>(search.found);
}

}  // namespace

int main() {
  std::uint64_t cr0 = 0;
  std::uint64_t cr3 = 0;
  std::uint64_t cr4 = 0;
  asm volatile("mov %%cr0, %0\n\tmov %%cr3, %1\n\tmov %%cr4, %2" : "=r"(cr0), "=r"(cr3), "=r"(cr4));
  std::printf("WP: %d SMEP: %d UMIP: %d\n", static_cast<int>(cr0 >> 16 & 1), static_cast<int>(cr4 >> 20 & 1),
              static_cast<int>(cr4 >> 11 & 1));

  auto* const code =
      static_cast<unsigned char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  code[0] = 0xc3;  // ret
  const auto address = reinterpret_cast<std::uint64_t>(code);
  std::uint64_t table = cr3 & kAddressBits;
  for (const int shift : {39, 30, 21, 12}) {
    volatile std::uint64_t* const slot = At(table) + (address >> shift & 511);
    asm volatile("mov %0, %%cr0" ::"r"(cr0 & ~kWriteProtect) : "memory");
    *slot = (*slot | kUser) & ~kNoExecute;
    asm volatile("mov %0, %%cr0" ::"r"(cr0) : "memory");
    table = *slot & kAddressBits;
  }
  asm volatile("mov %0, %%cr3" ::"r"(cr3) : "memory");
  reinterpret_cast<void (*)()>(code)();
  std::puts("it ran");
  return 0;
}
