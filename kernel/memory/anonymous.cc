#include "kernel/memory/anonymous.h"

#include <cstdint>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/memory/memory.h"

namespace kernel::memory {

Result<VirtualAddress> MapAnonymous(std::uint64_t size, arch::Access access) {
  if (size == 0 || access == arch::Access::kReadExecute) return Fail(Error::kInvalidArgument);
  const std::uint64_t pages = (size - 1) / kPageSize + 1;
  const Result<VirtualAddress> first = AllocatePages(pages);
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
  if (access == arch::Access::kReadExecute || !IsHandedOut(first, size)) return Fail(Error::kInvalidArgument);
  ReserveTablePages();
  return arch::Protect(first, size, access);
}

Result<void> Discard(VirtualAddress first, std::uint64_t size) {
  if (!IsHandedOut(first, size)) return Fail(Error::kInvalidArgument);
  __builtin_memset(reinterpret_cast<void*>(first.value), 0, size);
  return {};
}

}  // namespace kernel::memory
