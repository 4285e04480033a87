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

// The continuous tests of one source. Interrupt-safe, allocates nothing.
class HealthTest {
 public:
  // Beside the tests of [SP800-90B], which a counter passes that runs through the same few values for ever, samples are
  // compared with those 1 to kMostLag before: an emulator with a deterministic clock must not count as noise.
  static constexpr std::size_t kMostLag = 32;

  // `start_up`: fewer samples than a noise source's for the output of a generator that tests its own.
  constexpr explicit HealthTest(HealthLimits limits, int start_up = kStartUpSamples)
      : limits_(limits), start_up_(start_up) {}

  // Takes the next sample. False when the source is broken: from the first time on, for ever.
  bool Take(std::uint64_t sample);

  bool is_broken() const { return is_broken_; }
  bool has_started() const { return samples_ >= start_up_ && !is_broken_; }
  Eighths claim() const { return limits_.claim; }

 private:
  bool Repeats(std::uint64_t sample);
  bool FavoursAValue(std::uint64_t sample);
  bool MayRepeat(std::uint64_t sample) const;
  bool IsPeriodic(std::uint64_t sample);

  HealthLimits limits_;
  int start_up_;
  bool is_broken_ = false;
  int samples_ = 0;   // up to start_up_
  int position_ = 0;  // in the window
  int run_ = 0;       // samples equal to last_, in a row
  int count_ = 0;     // samples of the window equal to its first
  std::uint64_t last_ = 0;
  std::uint64_t first_ = 0;
  std::size_t next_ = 0;                              // where the next sample goes in recent_
  std::size_t filled_ = 0;                            // how many of recent_ hold a sample
  std::array<std::uint64_t, kMostLag> recent_ = {};   // a ring
  std::array<std::uint16_t, kMostLag> matches_ = {};  // by lag - 1, in the window
};

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_HEALTH_H_
