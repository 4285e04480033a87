// The tables that the CPU itself reads, of segments, cannot be changed.
#include <cstdint>

int main() {
  struct [[gnu::packed]] {
    std::uint16_t limit;
    std::uint64_t base;
  } pointer;
  asm volatile("sgdt %0" : "=m"(pointer));
  reinterpret_cast<volatile std::uint64_t*>(pointer.base)[1] = 0;
  return 0;
}
