#include "boards/virt/crash_page.h"

#include <cstddef>

#include "kernel/arch/aarch64/kept_page.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

constinit kernel::arch::KeptPage kept_page(kCrashPage.base);

}  // namespace

std::byte* CrashPage() { return kept_page.Map(); }

void WriteBackCrashPage() { kept_page.WriteBack(); }

}  // namespace board
