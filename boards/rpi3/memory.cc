// RAM is what the loader's device tree says, else what the firmware says, else what no firmware setting can take away.
#include <array>
#include <cstdint>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/crash_page.h"
#include "boards/rpi3/mailbox.h"
#include "boards/rpi3/ram.h"
#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/boot/device_tree/loader_tree.h"

namespace board {
namespace {

constexpr std::uint64_t kPageZero = 4096;  // bytes: the firmware's stub and its spin table, which parked cores may poll
constexpr MemoryRegion kCertainRam = {{0}, 448 * 1024 * 1024};  // gpu_mem goes to 512 MiB, and down from 1 GiB

kernel::Result<MemoryRegion> AskForMemory() {
  std::array<std::uint32_t, 2> answer = {};
  if (const auto asked = AskFirmware(FirmwareTag::kArmMemory, answer); !asked) return kernel::Fail(asked.error());
  const auto [base, size] = answer;
  if (size == 0 || base >= kPossibleRam.size || size > kPossibleRam.size - base) {
    return kernel::Fail(kernel::Error::kMalformed);
  }
  return MemoryRegion{{base}, size};
}

}  // namespace

void FindMemory(const Handoff& handoff, MemoryMapSink& sink) {
  sink.Reserved({{0}, kPageZero});
  sink.Reserved(kCrashPage);
  if (kernel::boot::FindMemoryInLoaderTree({handoff.first}, kPossibleRam, sink)) return;
  sink.Usable(AskForMemory().value_or(kCertainRam));
}

}  // namespace board
