// Says what the loader and the machine gave to the kernel, for tests that boot it in unusual ways.
#include <cinttypes>
#include <cstdint>
#include <cstdio>

#include "kernel/memory/memory.h"

// kernel/arch/aarch64/start.S has it, other CPUs do not.
extern "C" [[gnu::weak]] const std::uint64_t enkel_entry_exception_level;

int main() {
  if (&enkel_entry_exception_level != nullptr) std::printf("entered at EL%" PRIu64 "\n", enkel_entry_exception_level);
  // Rounded, because the image and its tables are no news.
  const std::uint64_t mebibytes = kernel::memory::ReadCounters().total_bytes >> 20;
  std::printf("RAM: %" PRIu64 " MiB\n", (mebibytes + 4) / 8 * 8);
  return 0;
}
