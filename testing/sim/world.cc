#include "testing/sim/world.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <utility>

#include "kernel/base/time.h"

namespace sim {

void World::At(kernel::Instant when, std::function<void()> event) {
  events_.push_back({.when = std::max(when, now_), .number = numbers_++, .happen = std::move(event)});
  std::ranges::push_heap(events_, IsLater);
}

bool World::RunOne() {
  if (events_.empty()) return false;
  std::ranges::pop_heap(events_, IsLater);
  const Event event = std::move(events_.back());
  events_.pop_back();
  now_ = event.when;
  ++event_count_;
  Note(static_cast<std::uint64_t>(now_.nanoseconds));
  event.happen();
  return true;
}

void World::RunUntil(kernel::Instant end) {
  while (!events_.empty() && events_.front().when <= end) RunOne();
  now_ = std::max(now_, end);
}

bool World::RunUntil(const std::function<bool()>& is_done, kernel::Instant end) {
  while (!is_done()) {
    if (events_.empty() || events_.front().when > end) return false;
    RunOne();
  }
  return true;
}

// A step of a multiplicative hash: every bit of what came before moves every bit of the next state.
void World::Note(std::uint64_t word) {
  trace_hash_ = (trace_hash_ ^ word) * 0x9e37'79b9'7f4a'7c15;
  trace_hash_ ^= trace_hash_ >> 29;
}

void World::Note(std::span<const std::byte> bytes) {
  Note(bytes.size());
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = std::min(bytes.size(), sizeof(word));
    std::memcpy(&word, bytes.data(), size);
    Note(word);
    bytes = bytes.subspan(size);
  }
}

}  // namespace sim
