#include "drivers/random/bcm2835_rng/bcm2835_rng.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/random/bcm2835_rng/registers.h"

namespace drivers::random {
namespace {

using namespace bcm2835_rng;  // NOLINT(google-build-using-namespace): the registers' names

constexpr std::uint32_t kWarmUp = 0x40000;  // bits
constexpr int kMostQuestions = 2048;        // a register is read in about 0.1 us

}  // namespace

template <typename Registers>
std::size_t Bcm2835RngOn<Registers>::Read(std::span<std::byte> buffer) const {
  if (!CTRL::RBGEN::IsIn(registers_.template Read<CTRL>().value)) {
    registers_.template Write<INT_MASK>(INT_MASK::INT_OFF::kMask);  // nobody waits for it
    registers_.template Write<STATUS>(STATUS::WARM_UP::Of(kWarmUp));
    registers_.template Write<CTRL>(CTRL::RBGEN::kMask);
  }
  std::size_t done = 0;
  for (int i = 0; i < kMostQuestions && buffer.size() - done >= sizeof(std::uint32_t); ++i) {
    if (!STATUS::WORDS::IsIn(registers_.template Read<STATUS>().value)) continue;
    const std::uint32_t word = registers_.template Read<DATA>().value;
    __builtin_memcpy(buffer.data() + done, &word, sizeof word);
    done += sizeof word;
  }
  return done;
}

template class Bcm2835RngOn<MappedRegisters>;
template class Bcm2835RngOn<DoubleRegisters>;

}  // namespace drivers::random
