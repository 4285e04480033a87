// Where the stack's random numbers come from: the kernel's generator in an image, a seeded one in a simulation.
#ifndef ENKEL_NET_RANDOM_SOURCE_H_
#define ENKEL_NET_RANDOM_SOURCE_H_

#include <cstdint>

namespace net {

class RandomSource {
 public:
  // 64 random bits. Does not block: whoever makes a stack has waited until its generator was seeded.
  virtual std::uint64_t Next() = 0;

  // A number below `limit`, which is not 0, all equally likely but for one part in 2^32.
  std::uint32_t Below(std::uint32_t limit) { return static_cast<std::uint32_t>((Next() >> 32) * limit >> 32); }

 protected:
  ~RandomSource() = default;
};

}  // namespace net

#endif  // ENKEL_NET_RANDOM_SOURCE_H_
