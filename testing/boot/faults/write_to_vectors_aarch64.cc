// The exception vectors cannot be changed.
#include <cstdint>

int main() {
  std::uint64_t vectors = 0;
  asm volatile("mrs %0, vbar_el1" : "=r"(vectors));
  *reinterpret_cast<volatile std::uint32_t*>(vectors) = 0;
  return 0;
}
