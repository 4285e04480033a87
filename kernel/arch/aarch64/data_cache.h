// Memory that a device without cache coherency reads or writes.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_DATA_CACHE_H_
#define ENKEL_KERNEL_ARCH_AARCH64_DATA_CACHE_H_

#include <cstdint>

#include "kernel/base/address.h"

namespace kernel::arch {

// Writes back and drops every cache line of [address, +size), down to RAM, and waits until that is done: what was
// written before is seen by the device after, and what the device wrote before is read after. Lines are dropped whole,
// so nothing else may lie in them. Interrupt-safe. [ARM ARM] D7.5.9
inline void CleanAndInvalidateDataCache(VirtualAddress address, std::uint64_t size) {
  std::uint64_t cache_type;
  asm("mrs %0, ctr_el0" : "=r"(cache_type));
  const std::uint64_t line = std::uint64_t{4} << (cache_type >> 16 & 15);  // DminLine: log2 of words
  for (std::uint64_t at = RoundDown(address.value, line); at < address.value + size; at += line) {
    asm volatile("dc civac, %0" ::"r"(at) : "memory");
  }
  asm volatile("dsb sy" ::: "memory");
}

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_DATA_CACHE_H_
