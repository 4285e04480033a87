// Bytes in a variable are no code.
#include <cstdint>

namespace {

constinit std::uint32_t bytes[4] = {1};

}  // namespace

int main() {
  auto* const function = reinterpret_cast<void (*volatile)()>(&bytes);
  function();
  return 0;
}
