#include "kernel/boot/exit.h"

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "gtest/gtest.h"
#include "kernel/boot/board.h"

namespace board {

void ConsoleWrite(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

void PowerOff(int exit_code) { std::_Exit(exit_code == INT_MIN ? 99 : exit_code); }

}  // namespace board

namespace kernel::boot {
namespace {

using testing::ExitedWithCode;

TEST(ExitDeathTest, TheClosingLineCarriesTheCode) {
  EXPECT_EXIT(Exit(0), ExitedWithCode(0), "^\n\\[enkel\\] exit 0\n$");
  EXPECT_EXIT(Exit(17), ExitedWithCode(17), "^\n\\[enkel\\] exit 17\n$");
  EXPECT_EXIT(Exit(-1), ExitedWithCode(255), "^\n\\[enkel\\] exit -1\n$");
  EXPECT_EXIT(Exit(INT_MIN), ExitedWithCode(99), "^\n\\[enkel\\] exit -2147483648\n$");
}

}  // namespace
}  // namespace kernel::boot
