#include "kernel/boot/command_line.h"

#include <cstddef>
#include <span>
#include <string>

#include <gtest/gtest.h>

namespace kernel::boot {
namespace {

std::string Copied(const std::string& from, std::size_t room = 100) {
  std::string text(room, '?');
  text.resize(CopyCommandLine(std::as_bytes(std::span(from)), text));
  return text;
}

TEST(CommandLine, EndsAtItsZeroByteAtWhatIsNotPrintableOrWhereTheRoomIsFull) {
  EXPECT_EQ(Copied(std::string("a=b c\0d", 7)), "a=b c");
  EXPECT_EQ(Copied("no end"), "no end");
  EXPECT_EQ(Copied("a\tb\r\nc"), "a b  c");
  EXPECT_EQ(Copied("before\x1b[0m"), "before");
  EXPECT_EQ(Copied("before\x7f"), "before");
  EXPECT_EQ(Copied("caf\xc3\xa9"), "caf");
  EXPECT_EQ(Copied("0123456789", 4), "0123");
  EXPECT_EQ(Copied(""), "");
}

}  // namespace
}  // namespace kernel::boot
