#include "boards/pc/crash_page.h"

#include <cstddef>

#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"
#include "kernel/boot/board.h"

namespace board {

std::byte* CrashPage() {
  const kernel::Result<void> mapped =
      kernel::arch::Map({kCrashPage.value}, kCrashPage, kernel::kPageSize, kernel::arch::Access::kReadWrite,
                        kernel::arch::MemoryType::kNormal);
  return mapped ? reinterpret_cast<std::byte*>(kCrashPage.value) : nullptr;
}

}  // namespace board
