#include <cstdint>

#include "boards/linux/clock_vdso.h"
#include "boards/linux/system_call.h"
#include "kernel/arch/hosted/host.h"
#include "kernel/base/address.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

// Linux uapi asm-generic/mman{,-common}.h.
constexpr int PROT_NONE = 0;
constexpr int PROT_READ = 1;
constexpr int PROT_WRITE = 2;
constexpr int PROT_EXEC = 4;
constexpr int MAP_PRIVATE = 0x02;
constexpr int MAP_ANONYMOUS = 0x20;
constexpr int MAP_NORESERVE = 0x4000;

// The kernel's memory map ends at 512 GiB; Linux takes the hint unless something lies there already.
constexpr std::uint64_t kWantedAddress = std::uint64_t{64} << 30;
constexpr std::uint64_t kLargestRegion = std::uint64_t{1} << 30;
constexpr std::uint64_t kSmallestRegion = std::uint64_t{16} << 20;

int ProtectionOf(kernel::arch::Access access) {
  switch (access) {
    case kernel::arch::Access::kNone:
    case kernel::arch::Access::kGuard:
      return PROT_NONE;
    case kernel::arch::Access::kRead:
      return PROT_READ;
    case kernel::arch::Access::kReadWrite:
      return PROT_READ | PROT_WRITE;
    case kernel::arch::Access::kReadExecute:
      return PROT_READ | PROT_EXEC;
  }
  return PROT_NONE;
}

constinit const std::uint64_t* start_vector = nullptr;

}  // namespace

const std::uint64_t* StartVector() { return start_vector; }

// One region of addresses, as large as Linux gives. It costs nothing until a page of it is touched.
void FindMemory(const Handoff& handoff, MemoryMapSink& sink) {
  start_vector = reinterpret_cast<const std::uint64_t*>(handoff.first);
  for (std::uint64_t size = kLargestRegion; size >= kSmallestRegion; size /= 2) {
    const long base =
        linux_abi::EnkelLinuxMMap(kWantedAddress, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base > 0) {
      sink.Usable({{static_cast<std::uint64_t>(base)}, size});
      return;
    }
  }
}

}  // namespace board

namespace kernel::arch::host {

bool ChangeAccess(VirtualAddress first, std::uint64_t size, Access access) {
  return board::linux_abi::EnkelLinuxMProtect(first.value, size, board::ProtectionOf(access)) == 0;
}

}  // namespace kernel::arch::host
