// Where the stack's random numbers and secrets come from: the kernel's generator in an image, a seeded one in a
// simulation.
#ifndef ENKEL_NET_RANDOM_SOURCE_H_
#define ENKEL_NET_RANDOM_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace net {

// Does not block: whoever makes a stack has waited until its generator was seeded. Nothing here is interrupt-safe.
class RandomSource {
 public:
  // 64 random bits.
  virtual std::uint64_t Next() = 0;

  // A keyed hash: nobody without the key can guess it, or find bytes with equal hashes. The key is a secret of this
  // source and stays the same for its life; whoever needs independent values begins its bytes with a word of its own.
  virtual std::uint64_t Hash(std::span<const std::byte> bytes) = 0;

  // A number below `limit`, which is not 0, all equally likely but for one part in 2^32.
  std::uint32_t Below(std::uint32_t limit) { return static_cast<std::uint32_t>((Next() >> 32) * limit >> 32); }

 protected:
  ~RandomSource() = default;
};

}  // namespace net

#endif  // ENKEL_NET_RANDOM_SOURCE_H_
