#include "kernel/log/ring.h"

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/time.h"

namespace kernel::log {
namespace {

// Words of a slot as bytes: eight of the time, the level, the size of the text, the text.
constexpr std::size_t kLevelAt = 8;
constexpr std::size_t kSizeAt = 9;
constexpr std::size_t kTextAt = 10;
using Bytes = std::array<char, 15 * sizeof(std::uint64_t)>;
static_assert(sizeof(Bytes) == kTextAt + kLineSize && sizeof(Bytes) == sizeof(Ring::Words));

}  // namespace

bool Ring::Begin(std::uint64_t& number) {
  number = next_.fetch_add(1, std::memory_order_relaxed);
  std::atomic<std::uint64_t>& sequence = slots_[number % kLines].sequence;
  const std::uint64_t busy = 2 * number + 1;
  std::uint64_t seen = sequence.load(std::memory_order_relaxed);
  if (seen % 2 == 1 || seen > busy || !sequence.compare_exchange_strong(seen, busy, std::memory_order_relaxed)) {
    dropped_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  std::atomic_thread_fence(std::memory_order_release);  // a reader that sees a new word sees that the slot is busy
  return true;
}

void Ring::Finish(std::uint64_t number, const Words& words) {
  Slot& slot = slots_[number % kLines];
  for (std::size_t i = 0; i < words.word.size(); ++i) slot.word[i].store(words.word[i], std::memory_order_relaxed);
  slot.sequence.store(2 * number + 2, std::memory_order_release);
}

void Ring::Append(Level level, Instant time, std::string_view text) {
  std::uint64_t number;
  if (!Begin(number)) return;
  const auto size = static_cast<unsigned char>(text.size() < kLineSize ? text.size() : kLineSize);
  Words words;
  words.word[0] = static_cast<std::uint64_t>(time.nanoseconds);
  auto& bytes = reinterpret_cast<Bytes&>(words);
  bytes[kLevelAt] = static_cast<char>(level);
  bytes[kSizeAt] = static_cast<char>(size);
  for (std::size_t i = 0; i < size; ++i) bytes[kTextAt + i] = text[i];
  Finish(number, words);
}

bool Ring::Read(std::uint64_t number, Line& line) const {
  const Slot& slot = slots_[number % kLines];
  if (slot.sequence.load(std::memory_order_acquire) != 2 * number + 2) return false;
  Words words;
  for (std::size_t i = 0; i < words.word.size(); ++i) words.word[i] = slot.word[i].load(std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_acquire);
  if (slot.sequence.load(std::memory_order_relaxed) != 2 * number + 2) return false;

  const auto& bytes = reinterpret_cast<const Bytes&>(words);
  line.number = number;
  line.time = {static_cast<std::int64_t>(words.word[0])};
  line.level = static_cast<Level>(bytes[kLevelAt]);
  line.size = static_cast<unsigned char>(bytes[kSizeAt]);
  for (std::size_t i = 0; i < line.size; ++i) line.buffer[i] = bytes[kTextAt + i];
  return true;
}

}  // namespace kernel::log
