// The log of a program, inside its image.
#include "kernel/log/log.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/log/echo.h"

namespace kernel::log {
namespace {

std::vector<Line> Last(std::size_t most) {
  std::vector<Line> lines;
  ForEachLine(
      most, [](void* context, const Line& line) { static_cast<std::vector<Line>*>(context)->push_back(line); }, &lines);
  return lines;
}

TEST(Log, KeepsLinesInOrderWithTheirTimes) {
  KERNEL_LOG(kWarning, "first ", 1);
  KERNEL_LOG(kInfo, "second ", 2);
  const std::vector<Line> lines = Last(2);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].text(), "first 1");
  EXPECT_EQ(lines[1].text(), "second 2");
  EXPECT_EQ(lines[0].number + 1, lines[1].number);
  EXPECT_GT(lines[0].time, Instant{0});
  EXPECT_GE(lines[1].time, lines[0].time);
}

TEST(Log, ShowsOnTheConsoleWhatItIsAskedFor) {
  EchoToConsole(Level::kError);
  KERNEL_LOG(kError, "on the console, too");
  KERNEL_LOG(kInfo, "not on the console");
  SetEcho(nullptr);
}

TEST(Log, CountsWhatAPlaceIsNotAllowedToLog) {
  const std::uint64_t written = ReadCounts().written;
  for (int i = 0; i < 50; ++i) KERNEL_LOG(kInfo, "again ", i);
  const std::uint64_t recorded = ReadCounts().written - written;
  std::uint32_t suppressed = 0;
  ForEachSuppressed([](void* context, const Site& site) { *static_cast<std::uint32_t*>(context) += site.suppressed(); },
                    &suppressed);
  // On a machine that is slow enough a new second may begin, and report in a line of its own.
  EXPECT_GE(recorded, kBurst);
  if (recorded == kBurst) {
    EXPECT_EQ(suppressed, 50 - kBurst);
  }
}

}  // namespace
}  // namespace kernel::log
