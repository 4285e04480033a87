#include "kernel/random/chacha20.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace {

std::vector<unsigned char> FromHex(std::string_view text) {
  std::vector<unsigned char> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<unsigned char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

// Bytes 0, 1, 2, ...
std::array<unsigned char, 32> CountingKey() {
  std::array<unsigned char, 32> key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<unsigned char>(i);
  return key;
}

TEST(ChaCha20, HasTheKeyStreamOfTheBlockFunctionsTestVector) {
  // [RFC8439] 2.3.2
  std::vector<unsigned char> block(64);
  EnkelChaCha20(block.data(), block.size(), FromHex("000000090000004a00000000").data(), 1, CountingKey().data());
  EXPECT_EQ(block, FromHex("10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
                           "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"));
}

TEST(ChaCha20, EncryptsTheSunscreenText) {
  // [RFC8439] 2.4.2: more than one block, and not a whole number of them.
  std::string text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be "
      "it.";
  EnkelChaCha20(reinterpret_cast<unsigned char*>(text.data()), text.size(), FromHex("000000000000004a00000000").data(),
                1, CountingKey().data());
  EXPECT_EQ(std::vector<unsigned char>(text.begin(), text.end()),
            FromHex("6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b"
                    "f91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8"
                    "07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736"
                    "5af90bbf74a35be6b40b8eedf2785e42874d"));
}

TEST(ChaCha20, HasTheKeyStreamOfAnAllZeroKey) {
  // [RFC8439] A.1, test vectors 1 and 2
  const std::array<unsigned char, 32> key = {};
  const std::array<unsigned char, 12> nonce = {};
  std::vector<unsigned char> blocks(128);
  EnkelChaCha20(blocks.data(), blocks.size(), nonce.data(), 0, key.data());
  EXPECT_EQ(blocks, FromHex("76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
                            "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
                            "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
                            "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"));
}

}  // namespace
