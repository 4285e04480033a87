#include <errno.h>
#include <limits.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "kernel/boot/board.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/stream_state.h"

namespace {

std::string& Console() {
  static std::string console;
  return console;
}

class Stream : public testing::Test {
 protected:
  Stream() {
    Console().clear();
    kernel::libc::closed_streams = 0;
  }
};

TEST_F(Stream, OutputAndErrorGoToTheConsole) {
  EXPECT_EQ(sys_write(STDOUT_FILENO, "out ", 4), 4);
  EXPECT_EQ(sys_write(STDERR_FILENO, "err", 3), 3);
  EXPECT_EQ(Console(), "out err");
}

TEST_F(Stream, OtherDescriptorsAreBad) {
  for (const int descriptor : {-1, STDIN_FILENO, 3, 1024, INT_MIN, INT_MAX}) {
    EXPECT_EQ(sys_write(descriptor, "x", 1), -EBADF) << descriptor;
  }
  for (const int descriptor : {-1, 3, 31, 32, 33, INT_MIN, INT_MAX}) {
    EXPECT_EQ(sys_close(descriptor), -EBADF) << descriptor;
    EXPECT_EQ(sys_lseek(descriptor, 0, SEEK_SET), -EBADF) << descriptor;
  }
  EXPECT_EQ(Console(), "");
}

TEST_F(Stream, NullIsAFaultWhereSomethingIsToBeRead) {
  EXPECT_EQ(sys_write(STDOUT_FILENO, nullptr, 1), -EFAULT);
  EXPECT_EQ(sys_write(STDOUT_FILENO, nullptr, 0), 0);
  EXPECT_EQ(sys_writev(STDOUT_FILENO, nullptr, 1), -EFAULT);
  EXPECT_EQ(sys_writev(STDOUT_FILENO, nullptr, 0), 0);
}

TEST_F(Stream, WritevWritesItsPartsInOrder) {
  std::string text = "abcdef";
  const std::array<iovec, 4> parts = {{{&text[0], 2}, {nullptr, 0}, {&text[2], 1}, {&text[3], 3}}};
  EXPECT_EQ(sys_writev(STDOUT_FILENO, parts.data(), 4), 6);
  EXPECT_EQ(Console(), "abcdef");
}

TEST_F(Stream, WritevRefusesListsThatAreTooLongOrTooLarge) {
  char byte = 'x';
  const std::array<iovec, 2> parts = {{{&byte, SSIZE_MAX}, {&byte, 1}}};
  EXPECT_EQ(sys_writev(STDOUT_FILENO, parts.data(), 2), -EINVAL);
  EXPECT_EQ(sys_writev(STDOUT_FILENO, parts.data(), -1), -EINVAL);
  EXPECT_EQ(sys_writev(STDOUT_FILENO, parts.data(), IOV_MAX + 1), -EINVAL);
  EXPECT_EQ(Console(), "");
}

TEST_F(Stream, WritevTellsWhatItWroteBeforeABadPart) {
  char text[] = "ab";
  const std::array<iovec, 2> parts = {{{text, 2}, {nullptr, 1}}};
  EXPECT_EQ(sys_writev(STDOUT_FILENO, parts.data(), 2), 2);
  EXPECT_EQ(sys_writev(STDOUT_FILENO, parts.data() + 1, 1), -EFAULT);
}

TEST_F(Stream, AClosedStreamIsBad) {
  EXPECT_EQ(sys_close(STDOUT_FILENO), 0);
  EXPECT_EQ(sys_close(STDOUT_FILENO), -EBADF);
  EXPECT_EQ(sys_write(STDOUT_FILENO, "x", 1), -EBADF);
  EXPECT_EQ(sys_write(STDERR_FILENO, "x", 1), 1);
}

TEST_F(Stream, TheConsoleHasNoPlace) { EXPECT_EQ(sys_lseek(STDOUT_FILENO, 0, SEEK_END), -ESPIPE); }

}  // namespace

namespace board {

void ConsoleWrite(std::string_view text) { Console() += text; }

}  // namespace board
