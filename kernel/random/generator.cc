#include "kernel/random/generator.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/random/chacha20.h"
#include "kernel/random/sha256.h"
#include "kernel/random/wipe.h"

namespace kernel::random {
namespace {

// No key serves for more: its blocks are counted in 32 bits, and an old key shall not live long.
constexpr std::size_t kMostBytesOfAKey = 1 << 20;

}  // namespace

void Generator::Reseed(const Digest& seed) {
  // Added bit by bit: the sum is as hard to guess as the harder of the two, and one block of the hash takes it.
  for (std::size_t i = 0; i < key_.size(); ++i) key_[i] ^= seed[i];
  Digest next = Sha256().AddValue(key_).Finish();
  key_ = next;
  Wipe(next);
}

void Generator::Fill(std::span<std::byte> bytes, const Nonce& nonce) {
  std::array<std::uint8_t, ENKEL_CHACHA20_BLOCK_SIZE> first;
  std::array<std::uint8_t, ENKEL_CHACHA20_KEY_SIZE> key;
  do {
    key = key_;
    first = {};
    EnkelChaCha20(first.data(), first.size(), nonce.data(), 0, key.data());
    std::copy_n(first.data(), key_.size(), key_.data());

    // What the first block has left, and then whole blocks in place.
    const std::size_t small = std::min(bytes.size(), first.size() - key_.size());
    __builtin_memcpy(bytes.data(), first.data() + key_.size(), small);
    bytes = bytes.subspan(small);
    const std::size_t large = std::min(bytes.size(), kMostBytesOfAKey);
    if (large > 0) {
      __builtin_memset(bytes.data(), 0, large);
      EnkelChaCha20(reinterpret_cast<unsigned char*>(bytes.data()), large, nonce.data(), 1, key.data());
      bytes = bytes.subspan(large);
    }
  } while (!bytes.empty());
  Wipe(first);
  Wipe(key);
}

}  // namespace kernel::random
