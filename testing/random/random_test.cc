// Random numbers as a program gets them.
#include <errno.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/random/random.h"

namespace {

using kernel::random::Report;
using kernel::random::Source;

std::vector<std::uint8_t> Get(std::size_t size, unsigned flags = 0) {
  std::vector<std::uint8_t> bytes(size);
  EXPECT_EQ(getrandom(bytes.data(), size, flags), static_cast<ssize_t>(size));
  return bytes;
}

TEST(GetRandom, FillsTheBufferAndNotAByteMore) {
  for (const std::size_t size : {0, 1, 31, 32, 33, 100, 5000}) {
    std::vector<std::uint8_t> bytes(size + 8, 0xa5);
    ASSERT_EQ(getrandom(bytes.data(), size, 0), static_cast<ssize_t>(size));
    EXPECT_EQ(std::count(bytes.begin() + static_cast<std::ptrdiff_t>(size), bytes.end(), 0xa5), 8);
  }
}

TEST(GetRandom, NeverGivesTheSameTwice) { EXPECT_NE(Get(16), Get(16)); }

TEST(GetRandom, KnowsTheFlagsOfLinux) {
  (void)Get(16, GRND_NONBLOCK);
  (void)Get(16, GRND_RANDOM);
  (void)Get(16, 4);  // GRND_INSECURE
  std::array<std::uint8_t, 16> bytes;
  EXPECT_EQ(getrandom(bytes.data(), bytes.size(), 8), -1);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(getrandom(bytes.data(), bytes.size(), GRND_RANDOM | 4), -1);
  EXPECT_EQ(errno, EINVAL);
  EXPECT_EQ(getrandom(nullptr, 1, 0), -1);
  EXPECT_EQ(errno, EFAULT);
}

TEST(GetEntropy, FillsUpTo256Bytes) {
  std::array<std::uint8_t, 257> bytes = {};
  EXPECT_EQ(getentropy(bytes.data(), 256), 0);
  EXPECT_EQ(getentropy(bytes.data(), 257), -1);
  EXPECT_EQ(errno, EIO);
}

TEST(RandomDevice, GivesNumbers) {
  std::random_device device;
  const std::array<unsigned, 4> first = {device(), device(), device(), device()};
  const std::array<unsigned, 4> second = {device(), device(), device(), device()};
  EXPECT_NE(first, second);
}

// The limits of 1 failure in 10^9.
TEST(GetRandom, BitsAndBytesAreEvenlySpread) {
  const std::vector<std::uint8_t> bytes = Get(1 << 17);
  std::array<double, 256> counts = {};
  double ones = 0;
  for (const std::uint8_t byte : bytes) {
    ++counts[byte];
    ones += std::popcount(byte);
  }
  const double bits = 8.0 * static_cast<double>(bytes.size());
  EXPECT_LT(std::abs(ones - bits / 2), 6.2 * std::sqrt(bits / 4));
  const double expected = static_cast<double>(bytes.size()) / 256;
  double chi_square = 0;
  for (const double count : counts) chi_square += (count - expected) * (count - expected) / expected;
  EXPECT_LT(chi_square, 255 + 6.2 * std::sqrt(2.0 * 255) + 30);
}

TEST(Sources, AtLeastTwoFeedThePool) {
  ASSERT_TRUE(kernel::random::TrySeed());
  int count = 0;
  for (const Source source : {Source::kBoard, Source::kCpu, Source::kDevice, Source::kJitter}) {
    if (Report(source).samples > 0) ++count;
  }
  EXPECT_GE(count, 2);
  EXPECT_TRUE((Report(Source::kBoard).samples > 0 && Report(Source::kBoard).has_started) ||
              (Report(Source::kCpu).samples > 0 && Report(Source::kCpu).has_started));
  EXPECT_FALSE(Report(Source::kBoard).is_broken);
  EXPECT_FALSE(Report(Source::kCpu).is_broken);
}

TEST(Gate, IsOpenOnceThereIsASeed) {
  kernel::random::WaitUntilSeeded();
  EXPECT_TRUE(kernel::random::IsSeeded());
}

}  // namespace
