#include "kernel/random/siphash.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

namespace kernel::random {
namespace {

TEST(SipHash, HashesTheExampleOfItsPaper) {
  // [Aumasson12] appendix A: key 00 01 ... 0f, message 00 01 ... 0e.
  std::array<std::byte, 15> message;
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::byte>(i);
  EXPECT_EQ(SipHash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, message), 0xa129ca6149be45e5u);
}

TEST(SipHash, DependsOnEachWordOfItsKey) {
  const std::array<std::byte, 8> message = {};
  const std::uint64_t hash = SipHash({1, 2}, message);
  EXPECT_NE(SipHash({1, 3}, message), hash);
  EXPECT_NE(SipHash({0, 2}, message), hash);
}

}  // namespace
}  // namespace kernel::random
