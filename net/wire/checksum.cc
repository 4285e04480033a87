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

template <typename T>
T LoadAs(const std::byte* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

// Fewer than 8 bytes. An odd last one counts as if a zero followed.
std::uint64_t SumTail(const std::byte* bytes, std::size_t size) {
  std::uint64_t sum = 0;
  if ((size & 4) != 0) {
    sum = LoadAs<std::uint32_t>(bytes);
    bytes += 4;
  }
  if ((size & 2) != 0) {
    sum += LoadAs<std::uint16_t>(bytes);
    bytes += 2;
  }
  if ((size & 1) == 0) return sum;
  const std::byte last[2] = {*bytes, std::byte{0}};
  return sum + LoadAs<std::uint16_t>(last);
}

// What is left after the vectors: fewer than kStep bytes.
std::uint64_t SumRest(const std::byte* bytes, std::size_t size) {
  std::uint64_t sum = 0;
  for (; size >= 4; bytes += 4, size -= 4) sum += LoadAs<std::uint32_t>(bytes);
  return sum + SumTail(bytes, size);
}

}  // namespace

std::uint64_t SumBytes(std::span<const std::byte> bytes) {
  constexpr std::size_t kTurn = 128;  // bytes
  const std::byte* at = bytes.data();
  std::size_t size = bytes.size();
  std::uint64_t sum = 0;
  for (; size >= kTurn; at += kTurn, size -= kTurn) sum = AddWords<16>(sum, at);
  if ((size & 64) != 0) {
    sum = AddWords<8>(sum, at);
    at += 64;
  }
  if ((size & 32) != 0) {
    sum = AddWords<4>(sum, at);
    at += 32;
  }
  if ((size & 16) != 0) {
    sum = AddWords<2>(sum, at);
    at += 16;
  }
  if ((size & 8) != 0) {
    sum = AddWords<1>(sum, at);
    at += 8;
  }
  return (sum & 0xffff'ffff) + (sum >> 32) + SumTail(at, size & 7);
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
