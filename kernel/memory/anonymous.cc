#include "kernel/memory/anonymous.h"

#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/memory/memory.h"

namespace kernel::memory {
namespace {

bool MayHave(arch::Access access) { return access != arch::Access::kReadExecute && access != arch::Access::kGuard; }

}  // namespace

Result<VirtualAddress> MapAnonymous(std::uint64_t size, arch::Access access) {
  if (size == 0 || !MayHave(access)) return Fail(Error::kInvalidArgument);
  const std::uint64_t pages = (size - 1) / kPageSize + 1;
  // What is reserved to be opened later, part by part, is a thread's stack or an allocator's book-keeping.
  const Result<VirtualAddress> first =
      access == arch::Access::kNone ? AllocateReservation(pages) : AllocatePages(pages);
  if (!first || access == arch::Access::kReadWrite) return first;
  if (Result<void> result = arch::Protect(*first, pages * kPageSize, access); !result) {
    (void)FreePages(*first, pages);
    return Fail(Error::kOutOfMemory);
  }
  return first;
}

Result<void> Unmap(VirtualAddress first, std::uint64_t size) {
  if (size % kPageSize != 0) return Fail(Error::kInvalidArgument);
  return FreePages(first, size / kPageSize);
}

Result<void> SetAccess(VirtualAddress first, std::uint64_t size, arch::Access access) {
  if (!MayHave(access) || !IsHandedOut(first, size)) return Fail(Error::kInvalidArgument);
  const Result<void> result = arch::Protect(first, size, access);
  if (!result && result.error() == Error::kNotFound) return Fail(Error::kInvalidArgument);
  return result;
}

Result<void> Discard(VirtualAddress first, std::uint64_t size) {
  if (!IsHandedOut(first, size)) return Fail(Error::kInvalidArgument);
  __builtin_memset(reinterpret_cast<void*>(first.value), 0, size);
  return {};
}

}  // namespace kernel::memory
