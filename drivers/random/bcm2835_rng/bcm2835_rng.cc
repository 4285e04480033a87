#include "drivers/random/bcm2835_rng/bcm2835_rng.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace drivers::random {
namespace {

constexpr std::uint32_t kOn = 1;            // ctrl
constexpr std::uint32_t kWarmUp = 0x40000;  // status, when written: bits to throw away after switching on
constexpr int kMostQuestions = 2048;        // a register is read in about 0.1 us

// status, when read: words that are ready.
constexpr std::uint32_t ReadyWords(std::uint32_t status) { return status >> 24; }

}  // namespace

struct Bcm2835Rng::Registers {
  std::uint32_t ctrl;
  std::uint32_t status;
  std::uint32_t data;
  std::uint32_t ff_threshold;
  std::uint32_t interrupt_mask;
};

volatile Bcm2835Rng::Registers& Bcm2835Rng::registers() const {
  static_assert(offsetof(Registers, data) == 0x08 && offsetof(Registers, interrupt_mask) == 0x10);
  return *reinterpret_cast<volatile Registers*>(base_.value);
}

std::size_t Bcm2835Rng::Read(std::span<std::byte> buffer) const {
  if ((registers().ctrl & kOn) == 0) {
    registers().interrupt_mask = 1;  // masked: nobody waits for it
    registers().status = kWarmUp;
    registers().ctrl = kOn;
  }
  std::size_t done = 0;
  for (int i = 0; i < kMostQuestions && buffer.size() - done >= sizeof(std::uint32_t); ++i) {
    if (ReadyWords(registers().status) == 0) continue;
    const std::uint32_t word = registers().data;
    __builtin_memcpy(buffer.data() + done, &word, sizeof word);
    done += sizeof word;
  }
  return done;
}

}  // namespace drivers::random
