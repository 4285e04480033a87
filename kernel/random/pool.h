// Where the output of the noise sources is gathered until it makes a seed.
#ifndef ENKEL_KERNEL_RANDOM_POOL_H_
#define ENKEL_KERNEL_RANDOM_POOL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/random/min_entropy.h"
#include "kernel/random/sha256.h"

namespace kernel::random {

// Where random bits come from.
enum class Source : std::uint8_t {
  kBoard,   // the board's generator, or a seed of the loader: board::ReadEntropy
  kCpu,     // the CPU's instruction: arch::ReadRandomWord
  kDevice,  // a device that a driver speaks for: AddDeviceEntropy
  kJitter,  // how long the same instructions take: jitter.h
};
inline constexpr std::size_t kSourceCount = 4;

// A hash over all that was added, conditioned by SHA-256 ([SP800-90B] 3.1.5.1.1, a vetted component), and how many bits
// of entropy that is worth. Allocates nothing; not interrupt-safe.
class Pool {
 public:
  static constexpr int kMostBits = 256;        // what a digest can hold
  static constexpr int kMostJitterBits = 128;  // timing alone never makes a seed

  constexpr Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Stirs bytes in. `worth` is what they are credited with all together: 0 for what may be anything, even chosen by an
  // adversary, which does no harm.
  void Add(Source source, std::span<const std::byte> bytes, Eighths worth);

  // Bits of entropy in the pool.
  int bits() const;

  // Whether the source has added bytes since the last Extract.
  bool HasFrom(Source source) const { return has_from_[static_cast<std::size_t>(source)]; }

  // What was added stays in, and is worth nothing: others know it.
  void DropCredits() { worth_ = {}; }

  // A digest of all since the last one, which leaves the pool empty: whoever takes it stirs it into what it has.
  Digest Extract();

 private:
  Sha256& Hash();

  // Of all since the last Extract; what was before is in the key that was made of it.
  std::optional<Sha256> hash_;
  std::array<Eighths, kSourceCount> worth_ = {};
  std::array<bool, kSourceCount> has_from_ = {};
};

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_POOL_H_
