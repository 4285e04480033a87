#include "kernel/boot/seed.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/entropy.h"
#include "kernel/boot/board.h"
#include "kernel/random/siphash.h"

namespace kernel::boot {
namespace {

struct Secret {
  random::SipHashKey key;
  std::uint64_t next;  // number of the next word
};

constinit Secret secret = {};

// Words that nobody can know, as far as the machine has them now; zeroes else.
std::array<std::uint64_t, 2> ReadNoise() {
  std::array<std::uint64_t, 2> noise = {};
  if (arch::ReadRandomWord(noise[0]) && arch::ReadRandomWord(noise[1])) return noise;
  // A loader's seed is given out once: what the first call has left of it is kernel/random's.
  const bool is_first = secret.next == 0;
  if (is_first || board::EntropyIsRaw()) (void)board::ReadEntropy(std::as_writable_bytes(std::span(noise)));
  return noise;
}

std::uint64_t NextWord() {
  const std::uint64_t number = secret.next++;
  return random::SipHash(secret.key, std::as_bytes(std::span(&number, 1)));
}

}  // namespace

std::array<std::uint64_t, 2> BootSeed(const board::Handoff& handoff) {
  const std::array<std::uint64_t, 2> noise = ReadNoise();
  secret.key[0] ^= noise[0] ^ arch::ReadCounter();
  secret.key[1] ^= noise[1] ^ handoff.first ^ (handoff.second << 32);
  return {NextWord(), NextWord()};
}

}  // namespace kernel::boot
