#include "kernel/log/log.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/log/echo.h"
#include "kernel/panic/last_words.h"

namespace {

kernel::Instant now = {1'000'000'000'000};
std::string console;

}  // namespace

namespace board {

kernel::Instant Now() { return now; }
void ConsoleWrite(std::string_view text) { console += text; }

}  // namespace board

namespace kernel::log {
namespace {

std::vector<std::string> Last(std::size_t most) {
  std::vector<std::string> lines;
  ForEachLine(
      most,
      [](void* context, const Line& line) {
        static_cast<std::vector<std::string>*>(context)->emplace_back(line.text());
      },
      &lines);
  return lines;
}

std::vector<std::string> LastWords(std::size_t most) {
  std::vector<std::string> lines;
  panic::EnkelVisitLog(
      most,
      [](void* context, std::string_view line) { static_cast<std::vector<std::string>*>(context)->emplace_back(line); },
      &lines);
  return lines;
}

class Log : public testing::Test {
 protected:
  void TearDown() override {
    SetLevel(Level::kInfo);
    SetEcho(nullptr);
    console.clear();
    now = now + Duration::Seconds(10);
  }
};

TEST_F(Log, RecordsItsPartsAsOneLine) {
  KERNEL_LOG(kWarning, "frame of ", 1600, " bytes after ", Duration::Milliseconds(2), ": ", Error::kMalformed);
  EXPECT_EQ(Last(1), (std::vector<std::string>{"frame of 1600 bytes after 2.000 ms: malformed"}));
}

TEST_F(Log, ALineFromOutsideCannotForgeOthers) {
  KERNEL_LOG(kInfo, "host name ", "x\n0.000000 error: forged\x1b[2J\x80");
  EXPECT_EQ(Last(1), (std::vector<std::string>{"host name x?0.000000 error: forged?[2J?"}));
}

TEST_F(Log, ALongLineIsCutAndShowsIt) {
  KERNEL_LOG(kInfo, std::string(500, 'x'));
  EXPECT_EQ(Last(1), (std::vector<std::string>{std::string(kLineSize - 3, 'x') + "..."}));
}

TEST_F(Log, ALevelThatIsNotRecordedCostsNotEvenItsArguments) {
  int evaluated = 0;
  const auto argument = [&evaluated] { return ++evaluated; };
  const std::uint64_t written = ReadCounts().written;
  KERNEL_LOG(kDebug, argument());
  EXPECT_EQ(evaluated, 0);
  EXPECT_EQ(ReadCounts().written, written);
  SetLevel(Level::kDebug);
  KERNEL_LOG(kDebug, argument());
  EXPECT_EQ(evaluated, 1);
  SetLevel(Level::kError);
  KERNEL_LOG(kWarning, argument());
  EXPECT_EQ(evaluated, 1);
}

void Chatter(int i) { KERNEL_LOG(kInfo, "chatter ", i); }

TEST_F(Log, APlaceThatLogsTooMuchIsHeldBackAndCounted) {
  const std::uint64_t written = ReadCounts().written;
  for (int i = 0; i < 100; ++i) Chatter(i);
  EXPECT_EQ(ReadCounts().written - written, kBurst);
  KERNEL_LOG(kInfo, "another place is not held back");
  EXPECT_EQ(Last(1), (std::vector<std::string>{"another place is not held back"}));

  // Until the place logs again, whoever reads the log sees what is missing; then the log itself says so.
  const std::vector<std::string> words = LastWords(1);
  ASSERT_EQ(words.size(), 2u);
  EXPECT_TRUE(words[1].starts_with("kernel/log/log_test.cc:")) << words[1];
  EXPECT_TRUE(words[1].ends_with(": 90 lines suppressed")) << words[1];

  now = now + Duration::Seconds(1);
  Chatter(100);
  const std::vector<std::string> lines = Last(2);
  EXPECT_TRUE(lines[0].ends_with(": 90 lines suppressed")) << lines[0];
  EXPECT_EQ(lines[1], "chatter 100");
  EXPECT_EQ(LastWords(1).size(), 1u);
}

TEST_F(Log, ThePanicGetsTimeAndLevel) {
  now = Instant{1'010'000'123'456};
  KERNEL_LOG(kError, "no disk");
  EXPECT_EQ(LastWords(1), (std::vector<std::string>{"1010.000123 error: no disk"}));
}

TEST_F(Log, TheConsoleShowsWhatItWasAskedFor) {
  KERNEL_LOG(kError, "before");
  EXPECT_EQ(console, "");
  now = Instant{1'020'000'000'000};
  EchoToConsole(Level::kWarning);
  KERNEL_LOG(kWarning, "shown");
  KERNEL_LOG(kInfo, "not shown");
  EXPECT_EQ(console, "1020.000000 warning: shown\n");
}

TEST_F(Log, CountsWhatNewerLinesHaveOverwritten) {
  static constinit Site site(Level::kInfo, "file.cc", 1, 1000);
  for (std::size_t i = 0; i < 2 * kLines; ++i) {
    ASSERT_TRUE(site.Admits());
    Write(site, i);
  }
  const Counts counts = ReadCounts();
  EXPECT_EQ(counts.written - counts.overwritten, kLines);
  EXPECT_EQ(Last(1000).size(), kLines);
  EXPECT_EQ(counts.dropped, 0u);
}

}  // namespace
}  // namespace kernel::log
