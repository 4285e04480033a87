// Random numbers that nobody can guess: for keys, sequence numbers, hashes, and everything else.
//
//   sources               health tests      pool (SHA-256)     generator (ChaCha20)
//   board::ReadEntropy  ─┐
//   arch::ReadRandomWord ┼─ broken? no word  ─ 256 bits ─────── TryFill, Fill
//   AddEntropyFromDevice │  of it counts      credited?
//   jitter              ─┘
//
// Nothing is given out before 256 bits are credited, and timing counts for 128 of them at most: a machine that has
// neither a hardware generator nor a seed from its loader gets no random numbers, and says so. The first call gathers;
// an image that makes no call contains none of this. No function allocates; none is interrupt-safe.
#ifndef ENKEL_KERNEL_RANDOM_RANDOM_H_
#define ENKEL_KERNEL_RANDOM_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "kernel/random/min_entropy.h"
#include "kernel/random/pool.h"

namespace kernel::random {

inline constexpr int kBitsToSeed = 256;    // credited before the first byte is given out
inline constexpr int kBitsToReseed = 128;  // credited again before the key is renewed from the sources
inline constexpr std::uint64_t kBytesBetweenReseeds = 1 << 20;
inline constexpr Duration kTimeBetweenReseeds = Duration::Seconds(300);
inline constexpr Duration kPatience = Duration::Seconds(2);  // with sources that never deliver

// Whether random numbers can be had. Nothing may be sent on a network before: boards/machine asks. Cheap.
bool IsSeeded();

// Asks the sources once, where that is needed. Returns IsSeeded(). At the first call some microseconds to some
// milliseconds: a device with a driver, and all that timing is worth, are asked where the other sources do not suffice.
bool TrySeed();

// Returns when IsSeeded. Panics when no source has delivered within kPatience: better no machine than one whose keys
// can be guessed. Other threads do not run meanwhile.
void WaitUntilSeeded();
[[noreturn]] void PanicForWantOfSources();

// Fills `bytes` with random ones; false, and nothing done, where IsSeeded() is still false after a try. Renews the key
// from the sources when the last time was kTimeBetweenReseeds or kBytesBetweenReseeds ago, or in another copy of this
// virtual machine.
[[nodiscard]] bool TryFill(std::span<std::byte> bytes);

// The same after WaitUntilSeeded.
void Fill(std::span<std::byte> bytes);

// For the driver of a random number device. `worth`: what the bytes are credited with, by what the device's maker says
// and the driver's own health test has let through.
void AddDeviceEntropy(std::span<const std::byte> bytes, Eighths worth);

// What a source has done so far.
struct SourceReport {
  std::uint64_t samples;  // words of kCpu, else bytes
  bool is_broken;         // a health test has failed; its samples no longer count
  bool has_started;       // has passed its start-up test: its samples count
};
SourceReport Report(Source source);
std::uint64_t SeedCount();  // how often the generator got a new seed

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_RANDOM_H_
