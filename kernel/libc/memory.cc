#include "kernel/memory/anonymous.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/libc/calls.h"

namespace {

using kernel::Error;
using kernel::Result;
using kernel::VirtualAddress;
using kernel::arch::Access;

constexpr std::uint64_t kAddressSpace = std::uint64_t{512} << 30;  // bytes; a size above this cannot be had

// The access for PROT_ bits; memory that can be executed cannot be had.
std::expected<Access, long> AccessFor(int protection) {
  if ((protection & ~(PROT_READ | PROT_WRITE | PROT_EXEC)) != 0) return std::unexpected(-EINVAL);
  if ((protection & PROT_EXEC) != 0) return std::unexpected(-EACCES);
  if ((protection & PROT_WRITE) != 0) return Access::kReadWrite;
  return (protection & PROT_READ) != 0 ? Access::kRead : Access::kNone;
}

bool IsPageAligned(const void* address) { return reinterpret_cast<std::uintptr_t>(address) % kernel::kPageSize == 0; }

VirtualAddress AddressOf(const void* address) { return {reinterpret_cast<std::uintptr_t>(address)}; }

long Map(std::uint64_t size, Access access) {
  const Result<VirtualAddress> mapped = kernel::memory::MapAnonymous(size, access);
  return mapped ? static_cast<long>(mapped->value) : -ENOMEM;
}

// MAP_FIXED: only over memory that the program has already, which is how an allocator commits what it reserved.
long Replace(void* first, std::uint64_t size, Access access) {
  if (!IsPageAligned(first)) return -EINVAL;
  const VirtualAddress address = AddressOf(first);
  if (!kernel::memory::SetAccess(address, size, Access::kReadWrite)) return -ENOMEM;
  if (!kernel::memory::Discard(address, size)) return -ENOMEM;
  if (!kernel::memory::SetAccess(address, size, access)) return -ENOMEM;
  return static_cast<long>(address.value);
}

}  // namespace

// musl's malloc then takes all its memory by mmap.
long sys_brk(void*) { return 0; }

long sys_mmap(void* wanted, std::size_t size, int protection, int flags, int descriptor, off_t) {
  if (size == 0) return -EINVAL;
  if (size > kAddressSpace) return -ENOMEM;
  const int sharing = flags & MAP_TYPE;
  if (sharing != MAP_PRIVATE && sharing != MAP_SHARED) return -EINVAL;
  if ((flags & MAP_ANONYMOUS) == 0) return descriptor < 0 ? -EBADF : -ENODEV;
  const std::expected<Access, long> access = AccessFor(protection);
  if (!access) return access.error();
  size = kernel::RoundUp(size, kernel::kPageSize);
  if ((flags & MAP_FIXED) != 0) return Replace(wanted, size, *access);
  return Map(size, *access);
}

long sys_munmap(void* first, std::size_t size) {
  if (!IsPageAligned(first) || size == 0 || size > kAddressSpace) return -EINVAL;
  const Result<void> result = kernel::memory::Unmap(AddressOf(first), kernel::RoundUp(size, kernel::kPageSize));
  if (result) return 0;
  return result.error() == Error::kOutOfMemory ? -ENOMEM : -EINVAL;
}

long sys_mprotect(void* first, std::size_t size, int protection) {
  if (!IsPageAligned(first)) return -EINVAL;
  if (size == 0) return 0;
  if (size > kAddressSpace) return -ENOMEM;
  const std::expected<Access, long> access = AccessFor(protection);
  if (!access) return access.error();
  return kernel::memory::SetAccess(AddressOf(first), kernel::RoundUp(size, kernel::kPageSize), *access) ? 0 : -ENOMEM;
}

long sys_mremap(void* first, std::size_t old_size, std::size_t new_size, int flags) {
  if (!IsPageAligned(first) || (flags & ~MREMAP_MAYMOVE) != 0) return -EINVAL;
  if (old_size == 0 || new_size == 0 || old_size > kAddressSpace) return -EINVAL;
  if (new_size > kAddressSpace) return -ENOMEM;
  old_size = kernel::RoundUp(old_size, kernel::kPageSize);
  new_size = kernel::RoundUp(new_size, kernel::kPageSize);
  const VirtualAddress address = AddressOf(first);

  if (new_size <= old_size) {
    if (new_size == old_size) return static_cast<long>(address.value);
    const VirtualAddress tail = {address.value + new_size};
    return kernel::memory::Unmap(tail, old_size - new_size) ? static_cast<long>(address.value) : -EFAULT;
  }

  // Memory that grows is copied: what follows it may belong to others. Only memory that the program was given can be.
  if (!kernel::memory::SetAccess(address, old_size, Access::kReadWrite)) return -EFAULT;
  if ((flags & MREMAP_MAYMOVE) == 0) return -ENOMEM;
  const Result<VirtualAddress> moved = kernel::memory::MapAnonymous(new_size, Access::kReadWrite);
  if (!moved) return -ENOMEM;
  std::memcpy(reinterpret_cast<void*>(moved->value), first, old_size);
  // What cannot be given back for want of a page table stays with the program: a leak, not an error.
  (void)kernel::memory::Unmap(address, old_size);
  return static_cast<long>(moved->value);
}

long sys_madvise(void* first, std::size_t size, int advice) {
  if (!IsPageAligned(first)) return -EINVAL;
  switch (advice) {
    case MADV_DONTNEED:
      if (size == 0) return 0;
      if (size > kAddressSpace) return -ENOMEM;
      return kernel::memory::Discard(AddressOf(first), kernel::RoundUp(size, kernel::kPageSize)) ? 0 : -ENOMEM;
    case MADV_NORMAL:
    case MADV_RANDOM:
    case MADV_SEQUENTIAL:
    case MADV_WILLNEED:
    case MADV_FREE:  // may keep the contents
      return 0;
    default:
      return -EINVAL;
  }
}
