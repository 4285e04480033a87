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
  if (size >= 2) {
    std::uint16_t word;
    std::memcpy(&word, bytes, sizeof(word));
    sum += word;
  }
  if (size % 2 == 0) return sum;
  const std::byte last[2] = {bytes[size - 1], std::byte{0}};
  std::uint16_t word;
  std::memcpy(&word, last, sizeof(word));
  return sum + word;
}

unsigned long long LoadWord(const std::byte* bytes) {
  unsigned long long word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

}  // namespace

// 64 bits at a time, each addition's carry into the next one: 2^64 is 1, as 2^16 is, in this arithmetic. A compiler
// makes one instruction of a step, on both CPUs. [RFC1071] 2(C)
std::uint64_t SumBytes(std::span<const std::byte> bytes) {
  constexpr std::size_t kWords = 8;  // of a turn
  constexpr std::size_t kWord = sizeof(unsigned long long);
  const std::byte* at = bytes.data();
  std::size_t size = bytes.size();
  unsigned long long sum = 0;
  unsigned long long carry = 0;
  for (; size >= kWords * kWord; at += kWords * kWord, size -= kWords * kWord) {
    carry = 0;
#pragma clang loop unroll(full)
    for (std::size_t i = 0; i < kWords; ++i) sum = __builtin_addcll(sum, LoadWord(at + i * kWord), carry, &carry);
    sum += carry;  // cannot overflow: the sum of two numbers with a carry is not the largest
  }
  for (; size >= kWord; at += kWord, size -= kWord) {
    sum = __builtin_addcll(sum, LoadWord(at), 0, &carry);
    sum += carry;
  }
  return (sum & 0xffff'ffff) + (sum >> 32) + SumRest(at, size);
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
