// The window through which the kernel writes page tables is closed when the kernel does not write one, although it was
// open a moment ago.
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>

int main() {
  void* const bytes = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::printf("changed: %d\n", mprotect(bytes, 4096, PROT_READ));
  std::uint64_t root = 0;
  asm volatile("mrs %0, ttbr0_el1" : "=r"(root));
  *reinterpret_cast<volatile std::uint64_t*>((root & 0x0000'ffff'ffff'f000) | 0xffff'ff80'0000'0000) = 0;
  return 0;
}
