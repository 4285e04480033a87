#include "kernel/boot/seed.h"

#include <array>
#include <cstdint>

#include "kernel/arch/entropy.h"
#include "kernel/boot/board.h"

namespace kernel::boot {
namespace {

// A bijection in which each bit of the input changes each bit of the output half of the time [Steele14],
// mix64variant13.
std::uint64_t Mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

std::array<std::uint64_t, 2> BootSeed(const board::Handoff& handoff) {
  std::uint64_t state = Mix(handoff.first ^ Mix(handoff.second));
  std::array<std::uint64_t, 2> seed;
  for (std::uint64_t& word : seed) {
    state = Mix(state + arch::ReadCounter());
    std::uint64_t random = 0;
    if (arch::ReadRandomWord(random)) state ^= random;
    word = state;
  }
  return seed;
}

}  // namespace kernel::boot
