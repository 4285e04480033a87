// The world of a simulation: one time, one source of chance, and what will happen.
//
// Nothing in a world depends on anything but its seed, so that a seed is a test case: the same seed gives the same
// events at the same times, and the same trace hash, on every machine.
#ifndef ENKEL_TESTING_SIM_WORLD_H_
#define ENKEL_TESTING_SIM_WORLD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "kernel/base/time.h"
#include "net/test_context.h"

namespace sim {

class World {
 public:
  explicit World(std::uint64_t seed) : seed_(seed), random_(seed) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::uint64_t seed() const { return seed_; }
  net::SeededRandom& random() { return random_; }

  // True `rate` times of a million.
  bool Happens(std::uint32_t rate) { return rate != 0 && random_.Below(1'000'000) < rate; }

  // Between the two, both included.
  std::uint32_t Between(std::uint32_t least, std::uint32_t most) { return least + random_.Below(most - least + 1); }

  // The true time. Hosts have clocks of their own.
  kernel::Instant now() const { return now_; }

  // Has `event` happen at `when`, or now where that has passed; events of one time happen in the order of these calls.
  void At(kernel::Instant when, std::function<void()> event);
  void After(kernel::Duration delay, std::function<void()> event) { At(now_ + delay, std::move(event)); }

  // Lets the next event happen. False: nothing will ever happen again.
  bool RunOne();

  // Lets happen what does until `end`, and makes it `end`.
  void RunUntil(kernel::Instant end);
  void RunFor(kernel::Duration duration) { RunUntil(now_ + duration); }

  // Lets things happen until `is_done`, which is asked after each. False: `end` came first, or nothing will happen.
  bool RunUntil(const std::function<bool()>& is_done, kernel::Instant end);

  // When the next event will happen; kNever: none is waiting.
  kernel::Instant next() const { return events_.empty() ? kernel::kNever : events_.front().when; }
  std::size_t waiting_events() const { return events_.size(); }
  std::uint64_t event_count() const { return event_count_; }

  // A hash of the times of all events so far, and of all that was noted.
  std::uint64_t trace_hash() const { return trace_hash_; }
  void Note(std::uint64_t word);
  void Note(std::span<const std::byte> bytes);

 private:
  struct Event {
    kernel::Instant when;
    std::uint64_t number;
    std::function<void()> happen;
  };

  // Of a heap whose first is the one that comes first.
  static bool IsLater(const Event& a, const Event& b) {
    return a.when != b.when ? a.when > b.when : a.number > b.number;
  }

  std::uint64_t seed_;
  net::SeededRandom random_;
  kernel::Instant now_;
  std::vector<Event> events_;
  std::uint64_t numbers_ = 0;
  std::uint64_t event_count_ = 0;
  std::uint64_t trace_hash_ = 0;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_WORLD_H_
