// A page table that was made while the program ran cannot be written either.
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "kernel/arch/address_space.h"

int main() {
  // Opening one page of many splits a block.
  auto* const bytes = static_cast<char*>(mmap(nullptr, 1 << 22, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  std::printf("changed: %d\n", mprotect(bytes + (1 << 21), 4096, PROT_READ | PROT_WRITE));
  // Memory for tables is what is mapped beyond everything else (kernel/memory/placement.h).
  std::uint64_t last = 0;
  kernel::arch::ForEachMapping(
      [](void* context, const kernel::arch::Mapping& mapping) {
        auto& highest = *static_cast<std::uint64_t*>(context);
        highest = std::max(highest, mapping.virtual_address.value);
      },
      &last);
  std::printf("tables at or below %lx\n", static_cast<unsigned long>(last));
  *reinterpret_cast<volatile std::uint64_t*>(last) = 0;
  return 0;
}
