// The kernel's generator as the stack's source of random numbers.
#ifndef ENKEL_BOARDS_MACHINE_KERNEL_RANDOM_H_
#define ENKEL_BOARDS_MACHINE_KERNEL_RANDOM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/random/random.h"
#include "kernel/random/siphash.h"
#include "net/random_source.h"

namespace machine {

class KernelRandom final : public net::RandomSource {
 public:
  // Waits until the generator is seeded: nothing may be sent before.
  KernelRandom() { kernel::random::Fill(std::as_writable_bytes(std::span(key_))); }

  std::uint64_t Next() override {
    if (left_ == 0) {
      kernel::random::Fill(std::as_writable_bytes(std::span(words_)));
      left_ = words_.size();
    }
    // A word that was given out is not kept.
    return std::exchange(words_[--left_], 0);
  }
  std::uint64_t Hash(std::span<const std::byte> bytes) override { return kernel::random::SipHash(key_, bytes); }

 private:
  kernel::random::SipHashKey key_ = {};
  std::array<std::uint64_t, 32> words_ = {};
  std::size_t left_ = 0;
};

}  // namespace machine

#endif  // ENKEL_BOARDS_MACHINE_KERNEL_RANDOM_H_
