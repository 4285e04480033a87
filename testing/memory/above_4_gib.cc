// Memory beyond what 32 bits address: taken, written, read back, under the address that a device would get.
#include <sys/mman.h>

#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "kernel/base/address.h"
#include "kernel/memory/memory.h"

namespace {

constexpr std::size_t kSize = std::size_t{32} << 20;

std::uint64_t PhysicalOf(const void* bytes) {
  return kernel::memory::PhysicalOf({reinterpret_cast<std::uintptr_t>(bytes)}).value;
}

}  // namespace

int main() {
  // Reserved memory comes from the end of RAM.
  void* const reserved = mmap(nullptr, kSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (reserved == MAP_FAILED || mprotect(reserved, kSize, PROT_READ | PROT_WRITE) != 0) return 1;
  auto* const words = static_cast<volatile std::uint64_t*>(reserved);
  for (std::size_t i = 0; i < kSize / sizeof(*words); i += 64) words[i] = i * 0x9e3779b97f4a7c15;
  for (std::size_t i = 0; i < kSize / sizeof(*words); i += 64) {
    if (words[i] != i * 0x9e3779b97f4a7c15) return 2;
  }
  const std::uint64_t physical = PhysicalOf(reserved);
  if (PhysicalOf(static_cast<char*>(reserved) + kSize - 1) != physical + kSize - 1) return 3;
  std::printf("written and read: %s 4 GiB\n", physical >= std::uint64_t{4} << 30 ? "above" : "below");
  return munmap(reserved, kSize);
}
