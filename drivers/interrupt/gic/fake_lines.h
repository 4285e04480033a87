// Memory that stands for a GIC's registers: it remembers the last word written to each.
#ifndef ENKEL_DRIVERS_INTERRUPT_GIC_FAKE_LINES_H_
#define ENKEL_DRIVERS_INTERRUPT_GIC_FAKE_LINES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"

namespace drivers::interrupt {

// 64 KiB, as large as the largest frame.
class FakeFrame {
 public:
  kernel::VirtualAddress base() const { return {reinterpret_cast<std::uintptr_t>(words_.data())}; }
  std::uint32_t& At(std::size_t offset) { return words_[offset / 4]; }
  std::uint8_t ByteAt(std::size_t offset) const {
    return static_cast<std::uint8_t>(words_[offset / 4] >> offset % 4 * 8);
  }

 private:
  alignas(8) std::array<std::uint32_t, 0x4000> words_ = {};
};

// Offsets. [GIC] 12.9.1
inline constexpr std::size_t kCtlr = 0, kTyper = 4, kGroup = 0x80, kEnable = 0x100, kDisable = 0x180;
inline constexpr std::size_t kClearPending = 0x280, kClearActive = 0x380, kPriorities = 0x400, kConfiguration = 0xc00;

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_GIC_FAKE_LINES_H_
