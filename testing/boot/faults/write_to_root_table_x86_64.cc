// A store to the live root of the page tables is stopped, also where the address is known.
#include <cstdint>

int main() {
  std::uint64_t root = 0;
  asm volatile("mov %%cr3, %0" : "=r"(root));
  *reinterpret_cast<volatile std::uint64_t*>(root & 0x0000'ffff'ffff'f000) = 0;  // of the image: mapped to itself
  return 0;
}
