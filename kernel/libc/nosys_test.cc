#include <errno.h>

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "kernel/boot/board.h"
#include "kernel/libc/calls.h"

namespace {

std::string& Console() {
  static std::string console;
  return console;
}

TEST(Nosys, SaysTheNameOnceAndAlwaysFails) {
  char name[] = "swapoff";
  char other[] = "reboot";
  EXPECT_EQ(enkel_nosys(name), -ENOSYS);
  EXPECT_EQ(enkel_nosys(name), -ENOSYS);
  EXPECT_EQ(enkel_nosys(other), -ENOSYS);
  EXPECT_EQ(enkel_nosys(name), -ENOSYS);
  EXPECT_EQ(Console(),
            "[enkel] system call swapoff is not implemented\n"
            "[enkel] system call reboot is not implemented\n");
}

}  // namespace

namespace board {

void ConsoleWrite(std::string_view text) { Console() += text; }

}  // namespace board
