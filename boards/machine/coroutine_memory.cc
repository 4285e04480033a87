// operator new without exceptions, for programs whose heap is the frames of coroutines. The C++ library's calls the one
// that throws and catches what it throws, which brings all that unwinds stacks into the image: 19 KiB; and malloc is
// another 8. What there is no memory for is refused by its caller.
#include <sys/auxv.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "kernel/base/address.h"
#include "kernel/base/check.h"
#include "kernel/memory/blocks.h"
#include "kernel/memory/memory.h"

namespace {

void* TakePages(std::size_t size) {
  const auto first = kernel::memory::AllocateUnclearedPages(size / kernel::kPageSize);
  return first.has_value() ? reinterpret_cast<void*>(first->value) : nullptr;
}

void GivePages(void* first, std::size_t size) {
  const kernel::VirtualAddress address = {reinterpret_cast<std::uintptr_t>(first)};
  // What cannot be given back for want of a page table stays with the program: a leak, not an error.
  static_cast<void>(kernel::memory::FreePages(address, size / kernel::kPageSize));
}

constinit bool has_secret = false;
constinit kernel::memory::Blocks blocks({&TakePages, &GivePages});

// The second half of the loader's random bytes: the first is the stack's canary.
void SetSecret() {
  const auto* const random = reinterpret_cast<const char*>(getauxval(AT_RANDOM));
  std::uint64_t secret = 0;
  if (random != nullptr) std::memcpy(&secret, random + 8, sizeof(secret));
  blocks.SetSecret(secret);
  has_secret = true;
}

}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  if (!has_secret) SetSecret();
  return blocks.Take(size);
}
// For who uses it all the same: the one of the C++ library takes from malloc what comes back to here.
void* operator new(std::size_t size) {
  void* const memory = operator new(size, std::nothrow);
  CHECK(memory != nullptr);
  return memory;
}
void operator delete(void* memory) noexcept { blocks.Give(memory); }
void operator delete(void* memory, std::size_t) noexcept { blocks.Give(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { blocks.Give(memory); }
