// A page of RAM that outlives a reset, for boards whose RAM keeps what is in it.
#ifndef ENKEL_KERNEL_ARCH_AARCH64_KEPT_PAGE_H_
#define ENKEL_KERNEL_ARCH_AARCH64_KEPT_PAGE_H_

#include <cstddef>

#include "kernel/base/address.h"

namespace kernel::arch {

// A page that no one else has: the board reserves it. Mapped, to itself, when it is asked for first.
class KeptPage {
 public:
  constexpr explicit KeptPage(PhysicalAddress page) : page_(page) {}
  KeptPage(const KeptPage&) = delete;
  KeptPage& operator=(const KeptPage&) = delete;

  // Its bytes, to read and write; null where there is no memory for the page tables.
  std::byte* Map();

  // Brings what it holds from the caches into RAM, before they lose it. Interrupt-safe.
  void WriteBack() const;

 private:
  PhysicalAddress page_;
  bool is_mapped_ = false;
};

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_AARCH64_KEPT_PAGE_H_
