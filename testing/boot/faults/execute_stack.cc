// Bytes on a stack are no code.
#include <cstdint>

int main() {
  std::uint32_t bytes[4] = {};
  auto* const function = reinterpret_cast<void (*volatile)()>(&bytes);
  function();
  return 0;
}
