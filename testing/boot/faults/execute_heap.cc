// Bytes on the heap are no code.
#include <cstdint>
#include <vector>

int main() {
  std::vector<std::uint32_t> bytes(1024);
  auto* const function = reinterpret_cast<void (*volatile)()>(bytes.data());
  function();
  return 0;
}
