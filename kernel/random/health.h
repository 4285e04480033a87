// Watches a noise source for getting stuck, for favouring a value, and for repeating itself. [SP800-90B] 4.4
#ifndef ENKEL_KERNEL_RANDOM_HEALTH_H_
#define ENKEL_KERNEL_RANDOM_HEALTH_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/random/min_entropy.h"

namespace kernel::random {

// So many samples of a noise source must pass before the first one counts. [SP800-90B] 4.3, requirement 4
inline constexpr int kStartUpSamples = 1024;

// What a source must not exceed; made of its claim before the program runs.
struct HealthLimits {
  static constexpr int kWindow = 512;  // samples [SP800-90B] 4.4.2

  consteval explicit HealthLimits(Eighths claimed)
      : claim(claimed), repetition(RepetitionCutoff(claimed)), proportion(ProportionCutoff(claimed, kWindow)) {}

  Eighths claim;   // of a sample
  int repetition;  // equal samples in a row
  int proportion;  // in a window: samples equal to its first; samples equal to that `lag` before, for any lag
};

// What the tests of one source have seen: all zero at first, so that no image carries it.
struct HealthHistory {
  // Beside the tests of [SP800-90B], which a counter passes that runs through the same few values for ever, samples are
  // compared with those 1 to kMostLag before: an emulator with a deterministic clock must not count as noise.
  static constexpr std::size_t kMostLag = 32;

  bool is_broken = false;
  int samples = 0;   // up to those of the start-up
  int position = 0;  // in the window
  int run = 0;       // samples equal to the last, in a row
  int count = 0;     // samples of the window equal to its first
  std::uint64_t last = 0;
  std::uint64_t first = 0;
  std::size_t next = 0;                              // where the next sample goes in `recent`
  std::size_t filled = 0;                            // how many of `recent` hold a sample
  std::array<std::uint64_t, kMostLag> recent = {};   // a ring
  std::array<std::uint16_t, kMostLag> matches = {};  // by lag - 1, in the window
};

// The continuous tests of one source. Interrupt-safe, allocates nothing.
class HealthTest {
 public:
  static constexpr std::size_t kMostLag = HealthHistory::kMostLag;

  // `start_up`: fewer samples than a noise source's for the output of a generator that tests its own.
  constexpr HealthTest(HealthHistory& seen, HealthLimits limits, int start_up = kStartUpSamples)
      : seen_(seen), limits_(limits), start_up_(start_up) {}

  // Takes the next sample. False when the source is broken: from the first time on, for ever.
  bool Take(std::uint64_t sample);

  bool is_broken() const { return seen_.is_broken; }
  bool has_started() const { return seen_.samples >= start_up_ && !seen_.is_broken; }
  Eighths claim() const { return limits_.claim; }

 private:
  bool Repeats(std::uint64_t sample);
  bool FavoursAValue(std::uint64_t sample);
  bool MayRepeat(std::uint64_t sample) const;
  bool IsPeriodic(std::uint64_t sample);

  HealthHistory& seen_;
  HealthLimits limits_;
  int start_up_;
};

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_HEALTH_H_
