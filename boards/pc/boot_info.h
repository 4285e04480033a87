// What the parsers of both boot protocols share. Everything they read is hostile until checked.
#ifndef ENKEL_BOARDS_PC_BOOT_INFO_H_
#define ENKEL_BOARDS_PC_BOOT_INFO_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "kernel/base/check.h"
#include "kernel/boot/board.h"

namespace board {

// Bytes that a loader left, in a window of the address space that need not be aligned.
using Bytes = std::span<const std::byte>;

// The little-endian number at `offset`; it must lie within `bytes`.
template <typename T>
T Load(Bytes bytes, std::size_t offset) {
  CHECK(offset <= bytes.size() && sizeof(T) <= bytes.size() - offset);
  T value = {};
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

// Both protocols number the kinds of memory as the BIOS does: 1 is RAM that is free, all else is not for us. [ACPI] 15.
inline constexpr std::uint32_t kUsableMemory = 1;

// Passes one line of a memory map to `sink`: what lies at or above `limit` or wraps around is cut off.
inline void ReportRegion(std::uint64_t base, std::uint64_t size, std::uint32_t kind, std::uint64_t limit,
                         MemoryMapSink& sink) {
  if (base >= limit || size == 0) return;
  const MemoryRegion region = {.base = {base}, .size = std::min(size, limit - base)};
  kind == kUsableMemory ? sink.Usable(region) : sink.Reserved(region);
}

}  // namespace board

#endif  // ENKEL_BOARDS_PC_BOOT_INFO_H_
