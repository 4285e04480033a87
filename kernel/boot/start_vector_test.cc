#include "kernel/boot/start_vector.h"

#include <elf.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "gtest/gtest.h"

namespace kernel::boot {
namespace {

// On the host the symbols of image.ld do not exist, so that every address and size is 0. The form is what is tested.
class StartVectorTest : public testing::Test {
 protected:
  StartVectorTest() {
    for (const std::uint64_t* pair = &vector_.words()[6]; pair[0] != AT_NULL; pair += 2) auxiliary_[pair[0]] = pair[1];
  }

  static constexpr std::array<const char*, 2> kArguments = {"program", "first"};
  static constexpr std::array<const char*, 1> kVariables = {"NAME=value"};
  StartVector vector_{{0x1122'3344'5566'7788, 42}, kArguments, kVariables};
  std::map<std::uint64_t, std::uint64_t> auxiliary_;
};

TEST_F(StartVectorTest, HasTheArgumentsAndTheEnvironment) {
  const std::uint64_t* words = vector_.words();
  EXPECT_EQ(words[0], 2u);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(words[1])), "program");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(words[2])), "first");
  EXPECT_EQ(words[3], 0u);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(words[4])), "NAME=value");
  EXPECT_EQ(words[5], 0u);
}

TEST_F(StartVectorTest, PointsToProgramHeadersOfAllThreeKinds) {
  EXPECT_EQ(auxiliary_.at(AT_PHENT), sizeof(Elf64_Phdr));
  ASSERT_EQ(auxiliary_.at(AT_PHNUM), 3u);
  const auto* headers = reinterpret_cast<const Elf64_Phdr*>(auxiliary_.at(AT_PHDR));
  EXPECT_EQ(headers[0].p_type, std::uint32_t{PT_LOAD});
  EXPECT_EQ(headers[1].p_type, std::uint32_t{PT_TLS});
  EXPECT_EQ(headers[2].p_type, std::uint32_t{PT_GNU_EH_FRAME});
}

TEST_F(StartVectorTest, GivesTheSeedAndThePageSize) {
  EXPECT_EQ(auxiliary_.at(AT_PAGESZ), 4096u);
  const auto* seed = reinterpret_cast<const std::uint64_t*>(auxiliary_.at(AT_RANDOM));
  EXPECT_EQ(seed[0], 0x1122'3344'5566'7788u);
  EXPECT_EQ(seed[1], 42u);
}

TEST_F(StartVectorTest, IsNotSetUserId) {
  EXPECT_EQ(auxiliary_.at(AT_UID), auxiliary_.at(AT_EUID));
  EXPECT_EQ(auxiliary_.at(AT_GID), auxiliary_.at(AT_EGID));
  EXPECT_EQ(auxiliary_.at(AT_SECURE), 0u);
}

}  // namespace
}  // namespace kernel::boot
