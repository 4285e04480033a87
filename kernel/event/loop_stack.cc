#include "kernel/event/loop_stack.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/check.h"

namespace kernel::event {

struct alignas(kPageSize) LoopStack {
  std::array<std::byte, kPageSize> guard;
  std::array<std::byte, 64 * 1024> room;
};

// By this name a test of the address space knows the guard page.
extern "C" {
extern constinit LoopStack EnkelLoopStack;
[[gnu::section(".bss..noinit")]] constinit LoopStack EnkelLoopStack = {};
}

std::byte* OpenLoopStack() {
  const VirtualAddress guard = {reinterpret_cast<std::uintptr_t>(EnkelLoopStack.guard.data())};
  // The image is mapped by pages: no page of a table is needed that might not be there.
  CHECK(arch::Protect(guard, kPageSize, arch::Access::kNone).has_value());
  return EnkelLoopStack.room.data() + EnkelLoopStack.room.size();
}

}  // namespace kernel::event
