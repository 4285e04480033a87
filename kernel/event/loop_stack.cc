#include "kernel/event/loop_stack.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/check.h"

namespace kernel::event {
namespace {

struct alignas(kPageSize) Stack {
  std::array<std::byte, kPageSize> guard;
  std::array<std::byte, 64 * 1024> room;
};
[[gnu::section(".bss..noinit")]] constinit Stack stack = {};

}  // namespace

std::byte* OpenLoopStack() {
  const VirtualAddress guard = {reinterpret_cast<std::uintptr_t>(stack.guard.data())};
  // The image is mapped by pages: no page of a table is needed that might not be there.
  CHECK(arch::Protect(guard, kPageSize, arch::Access::kNone).has_value());
  return stack.room.data() + stack.room.size();
}

}  // namespace kernel::event
