// The bytes ff ff ff ff are no instruction of any of our CPUs.
#include <cstdint>

namespace {

[[gnu::section(".text.no_instruction")]] const std::uint32_t kNoInstruction[] = {0xffffffff};

}  // namespace

int main() {
  auto* const function = reinterpret_cast<void (*volatile)()>(reinterpret_cast<std::uintptr_t>(&kNoInstruction));
  function();
  return 0;
}
