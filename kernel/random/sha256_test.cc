#include "kernel/random/sha256.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace kernel::random {
namespace {

std::string Hex(const Digest& digest) {
  std::string text;
  for (const std::uint8_t byte : digest) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", byte);
    text += digits;
  }
  return text;
}

std::span<const std::byte> Bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

// NIST, "Examples with Intermediate Values" for [FIPS180], and its test vectors for the empty and the long message.
TEST(Sha256, HashesTheExamplesOfTheStandard) {
  EXPECT_EQ(Hex(Sha256().Add(Bytes("abc")).Finish()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(Sha256().Add(Bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).Finish()),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Hex(Sha256().Finish()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, HashesAMillionLettersInPieces) {
  Sha256 hash;
  const std::string piece(1000, 'a');
  for (int i = 0; i < 1000; ++i) hash.Add(Bytes(piece));
  EXPECT_EQ(Hex(hash.Finish()), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, AValueIsItsBytes) {
  EXPECT_EQ(Sha256().AddValue(std::uint32_t{0x00636261}).Finish(),
            Sha256().Add(std::as_bytes(std::span("abc", 4))).Finish());
}

}  // namespace
}  // namespace kernel::random
