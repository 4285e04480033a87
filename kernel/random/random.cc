#include "kernel/random/random.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/cpu.h"
#include "kernel/arch/entropy.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/panic/panic.h"
#include "kernel/random/entropy_device.h"
#include "kernel/random/generation.h"
#include "kernel/random/generator.h"
#include "kernel/random/health.h"
#include "kernel/random/jitter.h"
#include "kernel/random/min_entropy.h"
#include "kernel/random/pool.h"
#include "kernel/random/sha256.h"
#include "kernel/random/wipe.h"

namespace kernel::random {
namespace {

// What a sample is claimed to be worth. All claims are far below what the makers promise.
constexpr Eighths kRawByte = 4 * 8;   // of a board's hardware generator
constexpr Eighths kSeedByte = 8 * 8;  // of a seed that another generator made
constexpr Eighths kCpuWord = 16 * 8;  // of 64 bits of RDSEED or RDRAND
constexpr Eighths kJitterByte = 1;

constexpr std::size_t kBoardBytes = 64;  // at 4 bits each: a seed
constexpr std::size_t kCpuWords = 16;    // at 16 bits each: a seed
constexpr std::size_t kJitterBytes = 1024;
constexpr std::size_t kJitterTaste = 16;  // where other sources suffice

// A seed was tested by who made it, and is too short for a start-up. What the CPU's instructions give has passed the
// tests of the CPU's maker: enough of it to find a generator that is stuck, or goes round in a small circle.
constexpr int kSeedStartUp = 0;
constexpr int kCpuStartUp = 32;

struct Seen {
  HealthHistory raw_board, seed_board, cpu, timing;
};
constinit Seen seen;

struct Machine {
  Pool pool;
  Generator generator;
  HealthTest raw_board{seen.raw_board, HealthLimits(kRawByte)};
  HealthTest seed_board{seen.seed_board, HealthLimits(kSeedByte), kSeedStartUp};
  HealthTest cpu{seen.cpu, HealthLimits(kCpuWord), kCpuStartUp};
  HealthTest timing{seen.timing, HealthLimits(kJitterByte)};
  const volatile std::uint64_t* generation = nullptr;   // two words; null where nobody tells
  std::array<std::uint64_t, 2> seeded_generation = {};  // as they were when a seed was last tried
  bool knows_generation = false;
  std::array<std::uint64_t, kSourceCount> samples = {};
  std::uint64_t seed_count = 0;
  std::uint64_t bytes_since_seed = 0;
  Instant last_seed = {};
  bool is_seeded = false;
};

constinit Machine machine;
// Apart, because it is large, and it does not matter what it begins with.
[[gnu::section(".bss..noinit")]] constinit Jitter jitter;

void Count(Source source, std::size_t samples) { machine.samples[static_cast<std::size_t>(source)] += samples; }

void GatherFromBoard() {
  HealthTest& test = board::EntropyIsRaw() ? machine.raw_board : machine.seed_board;
  std::array<std::byte, kBoardBytes> bytes;
  for (std::size_t counted = 0; counted < kBoardBytes && !test.is_broken();) {
    const std::size_t size = board::ReadEntropy(bytes);
    if (size == 0) break;
    const bool counts = test.has_started();
    const std::span<const std::byte> read = std::span(bytes).first(size);
    for (const std::byte byte : read) (void)test.Take(static_cast<std::uint64_t>(byte));
    Count(Source::kBoard, size);
    machine.pool.Add(Source::kBoard, read, counts && test.has_started() ? test.claim() * static_cast<int>(size) : 0);
    if (counts) counted += size;
  }
  Wipe(bytes);
}

bool ReadCpuWord(std::uint64_t& word) { return arch::ReadSeedWord(word) || arch::ReadRandomWord(word); }

void GatherFromCpu() {
  HealthTest& test = machine.cpu;
  std::uint64_t word = 0;
  while (!test.has_started() && !test.is_broken() && ReadCpuWord(word)) {
    (void)test.Take(word);
    Count(Source::kCpu, 1);
  }
  std::array<std::uint64_t, kCpuWords> words;
  std::size_t count = 0;
  while (count < words.size() && ReadCpuWord(words[count])) (void)test.Take(words[count++]);
  Count(Source::kCpu, count);
  machine.pool.Add(Source::kCpu, std::as_bytes(std::span(words).first(count)),
                   test.has_started() ? test.claim() * static_cast<int>(count) : 0);
  Wipe(words);
}

void AddJitter(std::span<std::uint8_t> bytes) {
  HealthTest& test = machine.timing;
  const bool counts = test.has_started();
  jitter.Collect(bytes);
  for (const std::uint8_t byte : bytes) (void)test.Take(byte);
  Count(Source::kJitter, bytes.size());
  machine.pool.Add(Source::kJitter, std::as_bytes(bytes),
                   counts && test.has_started() ? test.claim() * static_cast<int>(bytes.size()) : 0);
  sodium_memzero(bytes.data(), bytes.size());
}

// All that timing is worth.
void GatherFromJitter() {
  std::array<std::uint8_t, kJitterBytes> bytes;
  const bool was_started = machine.timing.has_started();
  AddJitter(bytes);
  if (!was_started && machine.timing.has_started()) AddJitter(bytes);  // the first round was the start-up
}

// A little, so that no seed is of one source alone. It counts when the start-up is through, some seeds later.
void TasteJitter() {
  std::array<std::uint8_t, kJitterTaste> bytes;
  AddJitter(bytes);
}

// Two copies of a virtual machine that continue from one state differ in these.
Generator::Nonce MakeNonce() {
  const std::uint64_t counter = arch::ReadCounter();
  std::uint64_t random = 0;
  (void)arch::ReadRandomWord(random);
  Generator::Nonce nonce;
  __builtin_memcpy(nonce.data(), &counter, sizeof counter);
  __builtin_memcpy(nonce.data() + sizeof counter, &random, nonce.size() - sizeof counter);
  return nonce;
}

bool IsReseedDue() {
  return machine.bytes_since_seed >= kBytesBetweenReseeds || board::Now() - machine.last_seed >= kTimeBetweenReseeds;
}

// Whether this is another machine than the one that last tried to make a seed: a copy, or the same at an earlier time.
bool IsNewGeneration() {
  const volatile std::uint64_t* const words = machine.generation;
  return words != nullptr && (words[0] != machine.seeded_generation[0] || words[1] != machine.seeded_generation[1]);
}

// Gives each copy a key of its own at once, whatever its sources will say. The identifier is no secret.
void StirGeneration() {
  machine.seeded_generation = {machine.generation[0], machine.generation[1]};
  machine.generator.Reseed(Sha256().AddValue(machine.seeded_generation).Finish());
}

void FindGeneration() {
  machine.knows_generation = true;
  machine.generation = board::GenerationIdentifier();
  if (machine.generation != nullptr) StirGeneration();
}

// Asks the sources, and hands the pool over when it is worth `bits`. Those that take long are asked where it is needed.
void Seed(int bits) {
  // First: a copy that is made while the sources answer finds at its next request that it is one.
  if (!machine.knows_generation) FindGeneration();
  if (IsNewGeneration()) {
    machine.pool.DropCredits();  // each copy has what was gathered before
    StirGeneration();
  }
  GatherFromBoard();
  GatherFromCpu();
  if (machine.pool.bits() < bits) (void)board::AddEntropyFromDevice();
  if (machine.pool.bits() < bits) {
    GatherFromJitter();
  } else {
    TasteJitter();
  }
  // The next try comes when as many bytes, or as much time, have gone by again.
  machine.bytes_since_seed = 0;
  machine.last_seed = board::Now();
  if (machine.pool.bits() < bits) return;
  Digest seed = machine.pool.Extract();
  machine.generator.Reseed(seed);
  Wipe(seed);
  ++machine.seed_count;
  machine.is_seeded = true;
}

}  // namespace

bool IsSeeded() { return machine.is_seeded; }

bool TrySeed() {
  if (!machine.is_seeded) Seed(kBitsToSeed);
  return machine.is_seeded;
}

void WaitUntilSeeded() {
  const Instant limit = board::Now() + kPatience;
  while (!TrySeed()) {
    if (board::Now() >= limit) PanicForWantOfSources();
    arch::Relax();
  }
}

void PanicForWantOfSources() {
  panic::Panic("no source of randomness: this machine has no working hardware generator, and its loader left no seed");
}

bool TryFill(std::span<std::byte> bytes) {
  if (!machine.is_seeded) {
    if (!TrySeed()) return false;
  } else if (IsNewGeneration() || IsReseedDue()) {
    Seed(kBitsToReseed);
  }
  machine.generator.Fill(bytes, MakeNonce());
  machine.bytes_since_seed += bytes.size();
  return true;
}

void Fill(std::span<std::byte> bytes) {
  WaitUntilSeeded();
  (void)TryFill(bytes);
}

void AddDeviceEntropy(std::span<const std::byte> bytes, Eighths worth) {
  Count(Source::kDevice, bytes.size());
  machine.pool.Add(Source::kDevice, bytes, worth);
}

SourceReport Report(Source source) {
  const std::uint64_t samples = machine.samples[static_cast<std::size_t>(source)];
  const auto report = [samples](const HealthTest& test) {
    return SourceReport{.samples = samples, .is_broken = test.is_broken(), .has_started = test.has_started()};
  };
  switch (source) {
    case Source::kBoard:
      return report(board::EntropyIsRaw() ? machine.raw_board : machine.seed_board);
    case Source::kCpu:
      return report(machine.cpu);
    case Source::kDevice:
      return {.samples = samples, .is_broken = false, .has_started = samples > 0};
    case Source::kJitter:
      return report(machine.timing);
  }
  return {};
}

std::uint64_t SeedCount() { return machine.seed_count; }

}  // namespace kernel::random
