// Arguments and environment, as the boot loader's command line has them.
#include <cstdlib>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace posix {
namespace {

using Words = std::vector<std::string>;

Words& Arguments() {
  static Words arguments;
  return arguments;
}

TEST(CommandLine, WordsAreArguments) {
  EXPECT_EQ(Arguments(), (Words{"enkel", "first", "second word", "LAST=argument"}));
}

TEST(CommandLine, WordsWithAnEqualSignAreTheEnvironment) {
  EXPECT_STREQ(std::getenv("LEVEL"), "3");
  EXPECT_STREQ(std::getenv("TEXT"), "with spaces");
  EXPECT_EQ(std::getenv("LAST"), nullptr);
}

}  // namespace
}  // namespace posix

int main(int argc, char** argv) {
  posix::Arguments().assign(argv, argv + argc);
  testing::InitGoogleTest();
  return RUN_ALL_TESTS();
}
