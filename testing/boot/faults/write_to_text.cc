// Code cannot be changed.
#include <cstdint>

int main() {
  auto* code = reinterpret_cast<volatile std::uint32_t*>(&main);
  *code = 0;
  return 0;
}
