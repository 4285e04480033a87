#include "kernel/libc/terminal/line_discipline.h"

#include <errno.h>
#include <termios.h>

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "kernel/libc/descriptor/buffers.h"

namespace kernel::libc {
namespace {

std::string& Shown() {
  static std::string shown;
  return shown;
}

class LineDisciplineTest : public testing::Test {
 protected:
  LineDisciplineTest() { Shown().clear(); }

  void Type(std::string_view text) {
    for (const char byte : text) lines_.Receive(byte, settings_);
  }
  // What one read gives; "(none)" where it would wait, "(end)" at the end of the file.
  std::string Read(std::size_t size = 100) {
    std::string text(size, '.');
    Buffers buffers(text.data(), size);
    const long count = lines_.Read(buffers, settings_);
    if (count == -EAGAIN) return "(none)";
    if (count == 0) return "(end)";
    text.resize(static_cast<std::size_t>(count));
    return text;
  }
  void MakeRaw() { settings_.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO); }

  termios settings_ = DefaultSettings();
  LineDiscipline lines_{[](std::string_view text) { Shown() += text; }};
};

TEST_F(LineDisciplineTest, ALineCanBeReadWhenItHasEnded) {
  Type("hel");
  EXPECT_FALSE(lines_.CanRead(settings_));
  EXPECT_EQ(Read(), "(none)");
  Type("lo\rnext");
  EXPECT_TRUE(lines_.CanRead(settings_));
  EXPECT_EQ(lines_.Waiting(settings_), 6u);
  EXPECT_EQ(Read(), "hello\n");
  EXPECT_EQ(Read(), "(none)");
  EXPECT_EQ(Shown(), "hello\nnext");
}

TEST_F(LineDisciplineTest, AReadGivesOneLineAtMostAndTheRestLater) {
  Type("one\ntwo\n");
  EXPECT_EQ(Read(2), "on");
  EXPECT_EQ(Read(), "e\n");
  EXPECT_EQ(Read(), "two\n");
}

TEST_F(LineDisciplineTest, BackspaceTakesBackUpToTheStartOfTheLine) {
  Type(
      "ok\nab\x7f\x7f\x7f"
      "c\n");
  EXPECT_EQ(Read(), "ok\n");
  EXPECT_EQ(Read(), "c\n");
  EXPECT_EQ(Shown(), "ok\nab\b \b\b \bc\n");
}

TEST_F(LineDisciplineTest, BackspaceTakesAWholeCharacterOfUtf8) {
  Type(
      "a\xe2\x82\xac\x7f"
      "b\n");
  EXPECT_EQ(Read(), "ab\n");
}

TEST_F(LineDisciplineTest, AControlCharacterIsShownAsTwoAndErasedAsTwo) {
  Type("\x03\x7f\n");
  EXPECT_EQ(Read(), "\n");
  EXPECT_EQ(Shown(), "^C\b \b\b \b\n");
}

TEST_F(LineDisciplineTest, ControlUTakesTheLineAndControlWTheLastWord) {
  Type("wrong\x15two words  \x17here\n");
  EXPECT_EQ(Read(), "two here\n");
}

TEST_F(LineDisciplineTest, ControlDEndsTheFileOnlyOnAnEmptyLine) {
  Type("abc\x04");
  EXPECT_EQ(Read(3), "abc");
  EXPECT_EQ(Read(), "(none)");
  Type("\x04");
  EXPECT_TRUE(lines_.CanRead(settings_));
  EXPECT_EQ(Read(), "(end)");
  EXPECT_EQ(Read(), "(none)");
  Type("on\n");
  EXPECT_EQ(Read(), "on\n");
}

TEST_F(LineDisciplineTest, RawModeGivesEveryByteAtOnce) {
  MakeRaw();
  Type("a\x7f\x04");
  EXPECT_TRUE(lines_.CanRead(settings_));
  EXPECT_EQ(Read(), "a\x7f\x04");
  EXPECT_EQ(Read(), "(none)");
  EXPECT_EQ(Shown(), "");
}

TEST_F(LineDisciplineTest, RawModeWaitsForAsManyBytesAsVminSays) {
  MakeRaw();
  settings_.c_cc[VMIN] = 3;
  Type("ab");
  EXPECT_FALSE(lines_.CanRead(settings_));
  EXPECT_EQ(Read(), "(none)");
  EXPECT_EQ(Read(1), "a");  // no more was asked for
  Type("cd");
  EXPECT_EQ(Read(), "bcd");
  settings_.c_cc[VMIN] = 0;
  EXPECT_EQ(Read(), "(end)");
}

TEST_F(LineDisciplineTest, ALineThatIsTooLongKeepsItsEnd) {
  const std::string longest(LineDiscipline::kCapacity - 1, 'x');
  Type(longest);
  Shown().clear();
  Type("yz\n");
  EXPECT_EQ(Shown(), "\a\a\n");
  EXPECT_EQ(Read(10'000), longest + "\n");
  Type("again\n");
  EXPECT_EQ(Read(), "again\n");
}

TEST_F(LineDisciplineTest, WithoutEchoNothingIsShownButTheNewline) {
  settings_.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  settings_.c_lflag |= ECHONL;
  Type("secret\x7f\n");
  EXPECT_EQ(Shown(), "\n");
  EXPECT_EQ(Read(), "secre\n");
}

TEST_F(LineDisciplineTest, FlushForgetsWhatWasTyped) {
  Type("one\ntw");
  lines_.Flush();
  EXPECT_EQ(Read(), "(none)");
  Type("o\n");
  EXPECT_EQ(Read(), "o\n");
}

TEST_F(LineDisciplineTest, CarriageReturnsAreTranslatedAsTheSettingsSay) {
  settings_.c_iflag = IGNCR;
  Type("a\r\n");
  EXPECT_EQ(Read(), "a\n");
  settings_.c_iflag = 0;
  Type("b\r\n");
  EXPECT_EQ(Read(), "b\r\n");
}

}  // namespace
}  // namespace kernel::libc
