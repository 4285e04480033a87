#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/libc/calls.h"
#include "kernel/panic/panic.h"

namespace {

constexpr std::size_t kBlockSize = 8192;  // bytes
// Zeroed when it is used: most programs do without.
[[gnu::section(".bss..noinit")]] alignas(64) constinit std::array<std::byte, kBlockSize> block = {};

}  // namespace

// A program that maps memory for other reasons has sys_mmap; this reference alone does not link it.
extern "C" [[gnu::weak]] long sys_mmap(void* wanted, std::size_t size, int protection, int flags, int descriptor,
                                       off_t offset);

// What musl calls in place of mmap for the first thread's thread-local data, once: a program that only writes a line
// shall not contain mmap for it.
long __enkel_first_tls(void* wanted, std::size_t size, int protection, int flags, int descriptor, off_t offset) {
  if (size <= block.size()) {
    __builtin_memset(block.data(), 0, size);
    return static_cast<long>(reinterpret_cast<std::uintptr_t>(block.data()));
  }
  if (&sys_mmap == nullptr) {
    kernel::panic::Panic("more than 8 KiB of thread-local data in a program that never allocates memory");
  }
  return sys_mmap(wanted, size, protection, flags, descriptor, offset);
}
