#include "kernel/random/generator.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/random/chacha20.h"

namespace kernel::random {
namespace {

using Bytes = std::vector<std::byte>;

Digest SeedOf(std::uint8_t value) {
  Digest seed;
  seed.fill(value);
  return seed;
}

Bytes Take(Generator& generator, std::size_t size, std::uint8_t nonce = 0) {
  Bytes bytes(size);
  Generator::Nonce words = {};
  words[0] = nonce;
  generator.Fill(bytes, words);
  return bytes;
}

// The key, as an attacker would find it who reads all memory.
using Memory = std::array<unsigned char, sizeof(Generator)>;
Memory Dump(const Generator& generator) {
  Memory memory;
  std::memcpy(memory.data(), &generator, sizeof generator);
  return memory;
}

TEST(Generator, IsTheKeyStreamOfItsKeyAndItsFirstBytesAreTheNextKey) {
  Generator generator;
  generator.Reseed(SeedOf(1));
  const Memory key = Dump(generator);
  const Bytes bytes = Take(generator, 200);

  std::array<unsigned char, 32 + 200> expected = {};
  const Generator::Nonce nonce = {};
  EnkelChaCha20(expected.data(), expected.size(), nonce.data(), 0, key.data());
  EXPECT_EQ(std::memcmp(Dump(generator).data(), expected.data(), 32), 0);
  EXPECT_EQ(std::memcmp(bytes.data(), expected.data() + 32, bytes.size()), 0);
}

TEST(Generator, WhatWasGivenOutCannotBeRecomputedFromTheMemory) {
  Generator generator;
  generator.Reseed(SeedOf(1));
  const Bytes secret = Take(generator, 96);
  const Memory memory = Dump(generator);

  // Neither do the bytes lie in the memory, nor in the key stream of what lies there, whatever block one starts at.
  EXPECT_EQ(std::search(memory.begin(), memory.end(), secret.begin(), secret.begin() + 8,
                        [](unsigned char a, std::byte b) { return a == static_cast<unsigned char>(b); }),
            memory.end());
  std::vector<unsigned char> stream(1 << 16);
  const Generator::Nonce nonce = {};
  EnkelChaCha20(stream.data(), stream.size(), nonce.data(), 0, memory.data());
  EXPECT_EQ(std::search(stream.begin(), stream.end(), secret.begin(), secret.begin() + 8,
                        [](unsigned char a, std::byte b) { return a == static_cast<unsigned char>(b); }),
            stream.end());
}

TEST(Generator, EachRequestChangesTheKey) {
  Generator generator;
  generator.Reseed(SeedOf(1));
  Memory before = Dump(generator);
  for (const std::size_t size : {0, 1, 32, 33, 4096}) {
    (void)Take(generator, size);
    const Memory after = Dump(generator);
    EXPECT_NE(before, after) << size;
    before = after;
  }
}

TEST(Generator, TwoOfOneSeedAreEqualUntilTheirNoncesDiffer) {
  Generator one, other;
  one.Reseed(SeedOf(7));
  other.Reseed(SeedOf(7));
  EXPECT_EQ(Take(one, 64), Take(other, 64));
  EXPECT_NE(Take(one, 64, 1), Take(other, 64, 2));
  EXPECT_NE(Take(one, 64), Take(other, 64)) << "a difference must last";
}

TEST(Generator, ASeedChangesWhatFollowsAndForgetsNothing) {
  Generator one, other;
  one.Reseed(SeedOf(1));
  other.Reseed(SeedOf(2));
  one.Reseed(SeedOf(3));
  other.Reseed(SeedOf(3));
  EXPECT_NE(Take(one, 32), Take(other, 32)) << "the first seed still counts";
}

TEST(Generator, RequestsOfAnySizeAreFilledToTheLastByte) {
  Generator generator;
  generator.Reseed(SeedOf(9));
  for (const std::size_t size :
       {1, 31, 32, 33, 63, 64, 65, 95, 96, 97, 5000, (1 << 20) + 32, (1 << 20) + 33, 3 << 20}) {
    Bytes guarded(size + 1, std::byte{0x5a});
    generator.Fill(std::span(guarded).first(size), {});
    EXPECT_EQ(guarded[size], std::byte{0x5a}) << size;
    if (size < 5000) continue;
    EXPECT_LT(std::ranges::count(std::span(guarded).last(1000), std::byte{0}), 30) << size;
  }
}

// Not a proof of randomness (the cipher's analysts have that), but of wiring: a generator that repeats or misses a part
// fails these at once. The limits are those of 1 failure in 10^9.
TEST(Generator, BitsAndBytesAreEvenlySpread) {
  Generator generator;
  generator.Reseed(SeedOf(11));
  Bytes all;
  for (int i = 0; i < 4096; ++i) {
    const Bytes part = Take(generator, 256);
    all.insert(all.end(), part.begin(), part.end());
  }
  std::array<double, 256> counts = {};
  double ones = 0;
  for (const std::byte byte : all) {
    ++counts[static_cast<std::size_t>(byte)];
    ones += std::popcount(static_cast<unsigned char>(byte));
  }
  const double bits = 8.0 * static_cast<double>(all.size());
  EXPECT_LT(std::abs(ones - bits / 2), 6.2 * std::sqrt(bits / 4));
  const double expected = static_cast<double>(all.size()) / 256;
  double chi_square = 0;
  for (const double count : counts) chi_square += (count - expected) * (count - expected) / expected;
  EXPECT_LT(chi_square, 255 + 6.2 * std::sqrt(2.0 * 255) + 30);
  EXPECT_GT(chi_square, 255 - 6.2 * std::sqrt(2.0 * 255));
}

TEST(Generator, NoBlockOf16BytesComesTwice) {
  Generator generator;
  generator.Reseed(SeedOf(12));
  const Bytes bytes = Take(generator, 1 << 20);
  std::vector<std::array<std::byte, 16>> blocks(bytes.size() / 16);
  std::memcpy(blocks.data(), bytes.data(), bytes.size());
  std::ranges::sort(blocks);
  EXPECT_EQ(std::ranges::adjacent_find(blocks), blocks.end());
}

}  // namespace
}  // namespace kernel::random
