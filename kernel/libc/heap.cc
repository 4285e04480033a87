#include <array>
#include <cstddef>
#include <string_view>

#include "kernel/libc/calls.h"
#include "kernel/panic/panic.h"

// What the guard around musl's malloc calls (toolchain/libc/overlay/common/src/malloc/free.c) when it finds that the
// heap is not as it left it.
void __enkel_heap_corrupted(const char* what) {
  constexpr std::string_view kPrefix = "heap corruption: ";
  std::array<char, 160> reason;
  std::size_t size = kPrefix.size();
  __builtin_memcpy(reason.data(), kPrefix.data(), size);
  for (; *what != '\0' && size < reason.size(); ++what) reason[size++] = *what;
  kernel::panic::Panic({reason.data(), size});
}
