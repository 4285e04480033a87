#include "net/wire/checksum.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace net::wire {
namespace {

// A vector of the width that both CPUs have: two 64-bit lanes. The halves of each lane are added up apart, so that no
// carry is ever lost: 2^32 of them fit.
constexpr std::size_t kVectorSize = 16;
using Lanes = std::uint64_t __attribute__((vector_size(kVectorSize)));
constexpr std::size_t kStep = 2 * kVectorSize;  // bytes a turn: sums that do not wait for each other

Lanes Load(const std::byte* bytes) {
  Lanes lanes;
  std::memcpy(&lanes, bytes, sizeof(lanes));
  return lanes;
}

struct LaneSums {
  Lanes low = {};
  Lanes high = {};

  void Add(Lanes lanes) {
    low += lanes & 0xffff'ffff;
    high += lanes >> 32;
  }
  std::uint64_t Total() const { return low[0] + low[1] + high[0] + high[1]; }
};

// What is left after the vectors: fewer than kStep bytes. An odd last byte counts as if a zero followed.
std::uint64_t SumRest(const std::byte* bytes, std::size_t size) {
  std::uint64_t sum = 0;
  for (; size >= 4; bytes += 4, size -= 4) {
    std::uint32_t word;
    std::memcpy(&word, bytes, sizeof(word));
    sum += word;
  }
  std::uint32_t last = 0;
  std::memcpy(&last, bytes, size);
  return sum + last;
}

}  // namespace

std::uint64_t SumBytes(std::span<const std::byte> bytes) {
  const std::byte* at = bytes.data();
  std::size_t size = bytes.size();
  LaneSums a, b;
  for (; size >= kStep; at += kStep, size -= kStep) {
    a.Add(Load(at));
    b.Add(Load(at + kVectorSize));
  }
  return a.Total() + b.Total() + SumRest(at, size);
}

std::uint64_t CopyAndSum(std::span<std::byte> to, std::span<const std::byte> from) {
  const std::byte* at = from.data();
  std::byte* out = to.data();
  std::size_t size = from.size();
  LaneSums a, b;
  for (; size >= kStep; at += kStep, out += kStep, size -= kStep) {
    const Lanes first = Load(at);
    const Lanes second = Load(at + kVectorSize);
    a.Add(first);
    b.Add(second);
    std::memcpy(out, &first, sizeof(first));
    std::memcpy(out + kVectorSize, &second, sizeof(second));
  }
  std::memcpy(out, at, size);
  return a.Total() + b.Total() + SumRest(at, size);
}

}  // namespace net::wire
