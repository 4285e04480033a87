// The memory of devices is never code.
#include <cstdint>

#include "kernel/arch/address_space.h"

int main() {
  std::uint64_t device = 0;
  kernel::arch::ForEachMapping(
      [](void* context, const kernel::arch::Mapping& mapping) {
        if (mapping.type == kernel::arch::MemoryType::kDevice) {
          *static_cast<std::uint64_t*>(context) = mapping.virtual_address.value;
        }
      },
      &device);
  reinterpret_cast<void (*)()>(device)();
  return 0;
}
