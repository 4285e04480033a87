// The Internet checksum, in parts that can be added. [RFC1071]
//
//   Checksum sum;
//   sum.Add(pseudo_header);
//   sum.Add(segment);
//   StoreBig(&header[16], sum.Finish());
//
// Nothing here allocates or blocks.
#ifndef ENKEL_NET_WIRE_CHECKSUM_H_
#define ENKEL_NET_WIRE_CHECKSUM_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace net::wire {

// The ones' complement sum of 16-bit words of some bytes, in the byte order of the CPU, not folded: below 2^48 for a
// part of up to 64 KiB. Which order the bytes have does not matter until the end. [RFC1071] 2(B)
std::uint64_t SumBytes(std::span<const std::byte> bytes);

// Adds so many words of 64 bits to such a sum, each addition's carry into the next one. 2^64 is 1, as 2^16 is, in this
// arithmetic. A compiler makes one instruction of a step, on both CPUs. [RFC1071] 2(C)
template <std::size_t kWords>
inline std::uint64_t AddWords(std::uint64_t sum, const std::byte* at) {
  unsigned long long result = sum;
  unsigned long long carry = 0;
#pragma clang loop unroll(full)
  for (std::size_t i = 0; i < kWords; ++i) {
    unsigned long long word;
    __builtin_memcpy(&word, at + i * sizeof(word), sizeof(word));
    result = __builtin_addcll(result, word, carry, &carry);
  }
  return result + carry;  // cannot overflow: the sum of two numbers with a carry is not the largest
}

// The same while copying `from` to `to`, which are equally long and do not overlap.
std::uint64_t CopyAndSum(std::span<std::byte> to, std::span<const std::byte> from);

// Of bytes that were split anywhere: parts may have odd lengths.
class Checksum {
 public:
  constexpr Checksum() = default;

  void Add(std::span<const std::byte> bytes) { AddSum(SumBytes(bytes), bytes.size()); }

  // Adds bytes whose SumBytes is known already.
  constexpr void AddSum(std::uint64_t sum, std::size_t size) {
    std::uint16_t folded = Fold(sum);
    if (is_odd_) folded = std::byteswap(folded);
    sum_ += folded;
    is_odd_ ^= size % 2 != 0;
  }

  // The same at an even place, where only the last part may be odd; `sum` is below 2^62, or the only one.
  constexpr void AddEven(std::uint64_t sum) { sum_ += sum; }

  // Adds a word of a header, given as a number. Only at an even place.
  constexpr void AddWord(std::uint16_t word) { sum_ += ToWireOrder(word); }
  // The same of two words at once.
  constexpr void AddLong(std::uint32_t value) {
    sum_ += std::endian::native == std::endian::little ? std::byteswap(value) : value;
  }

  // The sum of the same bytes at an odd place. [RFC1071] 2(B)
  static constexpr std::uint64_t Swapped(std::uint64_t sum) { return std::byteswap(Fold(sum)); }

  // What was added, for another Checksum's AddSum.
  constexpr std::uint64_t NativeSum() const { return Fold(sum_); }

  // The sum itself, as a number; 0xffff over a packet that carries its right checksum.
  constexpr std::uint16_t Sum() const { return ToWireOrder(Fold(sum_)); }

  // The checksum field's value for what was added, the field counted as 0.
  constexpr std::uint16_t Finish() const { return static_cast<std::uint16_t>(~Sum()); }

 private:
  static constexpr std::uint16_t ToWireOrder(std::uint16_t word) {
    return std::endian::native == std::endian::little ? std::byteswap(word) : word;
  }
  // A number and the same one with its halves exchanged: the upper half of what they add up to is the sum of both
  // halves, the carry of the lower ones added as it must be.
  static constexpr std::uint16_t Fold(std::uint64_t sum) {
    sum += std::rotl(sum, 32);
    auto half = static_cast<std::uint32_t>(sum >> 32);
    half += std::rotl(half, 16);
    return static_cast<std::uint16_t>(half >> 16);
  }

  std::uint64_t sum_ = 0;
  bool is_odd_ = false;  // how many bytes were added so far
};

// The checksum after a 16-bit word that it covers changed from `old_word` to `new_word`. [RFC1624] 3
constexpr std::uint16_t UpdateChecksum(std::uint16_t checksum, std::uint16_t old_word, std::uint16_t new_word) {
  const auto complement = [](std::uint16_t word) { return static_cast<std::uint16_t>(~word); };
  std::uint32_t sum = std::uint32_t{complement(checksum)} + complement(old_word) + new_word;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_CHECKSUM_H_
