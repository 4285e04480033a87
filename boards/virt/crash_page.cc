#include "boards/virt/crash_page.h"

#include <cstddef>

#include "kernel/arch/aarch64/data_cache.h"
#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

constinit bool is_mapped = false;

}  // namespace

std::byte* CrashPage() {
  const kernel::VirtualAddress page = {kCrashPage.base.value};
  if (!is_mapped) {
    is_mapped = kernel::arch::Map(page, kCrashPage.base, kCrashPage.size, kernel::arch::Access::kReadWrite,
                                  kernel::arch::MemoryType::kNormal)
                    .has_value();
  }
  return is_mapped ? reinterpret_cast<std::byte*>(page.value) : nullptr;
}

void WriteBackCrashPage() {
  if (is_mapped) kernel::arch::CleanAndInvalidateDataCache({kCrashPage.base.value}, kCrashPage.size);
}

}  // namespace board
