#include "net/wire/checksum.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace net::wire {
namespace {

// The definition, word by word. [RFC1071] 1
std::uint16_t PlainSum(std::span<const std::byte> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto high = static_cast<std::uint32_t>(bytes[i]);
    const auto low = i + 1 < bytes.size() ? static_cast<std::uint32_t>(bytes[i + 1]) : 0;
    sum += high << 8 | low;
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

std::vector<std::byte> RandomBytes(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

TEST(ChecksumTest, TheExampleOfTheRfcHasItsSum) {
  const std::vector<std::byte> bytes = {std::byte{0x00}, std::byte{0x01}, std::byte{0xf2}, std::byte{0x03},
                                        std::byte{0xf4}, std::byte{0xf5}, std::byte{0xf6}, std::byte{0xf7}};
  Checksum sum;
  sum.Add(bytes);
  EXPECT_EQ(sum.Sum(), 0xddf2);  // [RFC1071] 3
  EXPECT_EQ(sum.Finish(), 0x220d);
}

TEST(ChecksumTest, EveryLengthAndAlignmentAgreesWithTheDefinition) {
  const std::vector<std::byte> bytes = RandomBytes(400, 1);
  for (std::size_t first = 0; first < 16; ++first) {
    for (std::size_t size = 0; first + size <= bytes.size(); ++size) {
      const auto part = std::span(bytes).subspan(first, size);
      Checksum sum;
      sum.Add(part);
      ASSERT_EQ(sum.Sum(), PlainSum(part)) << first << " " << size;
    }
  }
}

TEST(ChecksumTest, AllOnesOfTheLargestPacketDoNotOverflow) {
  const std::vector<std::byte> bytes(65535, std::byte{0xff});
  Checksum sum;
  sum.Add(bytes);
  EXPECT_EQ(sum.Sum(), PlainSum(bytes));
}

TEST(ChecksumTest, PartsOfAnyLengthsAddUpToTheWhole) {
  const std::vector<std::byte> bytes = RandomBytes(301, 2);
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    Checksum sum;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = std::min<std::size_t>(random() % 40, bytes.size() - at);
      sum.Add(std::span(bytes).subspan(at, size));
      at += size;
    }
    ASSERT_EQ(sum.Sum(), PlainSum(bytes));
  }
}

TEST(ChecksumTest, ACopyHasTheSameBytesAndTheSameSum) {
  const std::vector<std::byte> bytes = RandomBytes(333, 4);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto from = std::span(bytes).first(size);
    std::vector<std::byte> to(size + 1, std::byte{0x55});
    Checksum sum;
    sum.AddSum(CopyAndSum(std::span(to).first(size), from), size);
    ASSERT_EQ(sum.Sum(), PlainSum(from));
    ASSERT_TRUE(std::equal(from.begin(), from.end(), to.begin()));
    ASSERT_EQ(to.back(), std::byte{0x55});
  }
}

TEST(ChecksumTest, WordsAreNumbersNotBytes) {
  Checksum sum;
  sum.AddWord(0x0001);
  sum.AddLong(0xf203'f4f5);
  sum.AddWord(0xf6f7);
  EXPECT_EQ(sum.Sum(), 0xddf2);
}

TEST(ChecksumTest, AnUpdateIsAsGoodAsANewSum) {
  std::vector<std::byte> bytes = RandomBytes(20, 5);
  for (std::uint32_t word = 0; word < 0x10000; word += 7) {
    Checksum before;
    before.Add(bytes);
    const auto old_word =
        static_cast<std::uint16_t>(static_cast<unsigned>(bytes[6]) << 8 | static_cast<unsigned>(bytes[7]));
    bytes[6] = static_cast<std::byte>(word >> 8);
    bytes[7] = static_cast<std::byte>(word);
    Checksum after;
    after.Add(bytes);
    ASSERT_EQ(UpdateChecksum(before.Finish(), old_word, static_cast<std::uint16_t>(word)), after.Finish());
  }
}

}  // namespace
}  // namespace net::wire
