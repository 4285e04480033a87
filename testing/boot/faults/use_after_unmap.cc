// Memory that was given back cannot be touched.
#include <sys/mman.h>

int main() {
  auto* const bytes =
      static_cast<volatile char*>(mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  bytes[500'000] = 1;
  munmap(const_cast<char*>(bytes), 1 << 20);
  bytes[500'000] = 2;
  return 0;
}
