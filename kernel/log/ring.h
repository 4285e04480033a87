// The memory of the log: the newest lines, each in a slot of its own. Internal to kernel/log.
//
// Writers and readers may interrupt each other anywhere and never wait: a slot's sequence number says which line it
// holds and whether that is whole. A writer that finds its slot in another's hands (an interrupt that wrote kLines
// lines, or another core) drops its line and counts it.
#ifndef ENKEL_KERNEL_LOG_RING_H_
#define ENKEL_KERNEL_LOG_RING_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/time.h"
#include "kernel/log/log.h"

namespace kernel::log {

class Ring {
 public:
  // Interrupt-safe, all of them. Text beyond kLineSize is cut.
  void Append(Level level, Instant time, std::string_view text);

  // The oldest line that may still be there, and one past the newest.
  std::uint64_t first() const { return end() < kLines ? 0 : end() - kLines; }
  std::uint64_t end() const { return next_.load(std::memory_order_relaxed); }
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  // Copies line `number`; false when it is no more, or not whole yet.
  bool Read(std::uint64_t number, Line& line) const;

  // Append in two steps, for tests of what happens between them.
  struct Words {
    std::array<std::uint64_t, 15> word = {};  // the time; level, size and text
  };
  bool Begin(std::uint64_t& number);
  void Finish(std::uint64_t number, const Words& words);

 private:
  struct Slot {
    std::atomic<std::uint64_t> sequence = 0;  // 2n + 1: line n is being written; 2n + 2: it is there
    std::array<std::atomic<std::uint64_t>, 15> word = {};
  };

  std::array<Slot, kLines> slots_ = {};
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> dropped_ = 0;
};

}  // namespace kernel::log

#endif  // ENKEL_KERNEL_LOG_RING_H_
