#include "kernel/time/wall_clock.h"

#include <cstdint>
#include <optional>

#include "gtest/gtest.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/fake_interrupts.h"

namespace {

std::optional<std::int64_t> board_clock;
int board_clock_reads = 0;

}  // namespace

std::optional<std::int64_t> board::ReadWallClock() {
  ++board_clock_reads;
  return board_clock;
}

namespace kernel::time {
namespace {

using interrupt::fake_now;

// One test, because the board is asked once.
TEST(WallClock, IsReadOnceFromTheBoardAndGoesOnWithTheMachine) {
  constexpr std::int64_t kDate = 1'795'309'000'000'000'000;
  board_clock = kDate;
  fake_now = {5'000};
  EXPECT_EQ(ReadWallClock(), WallTime{kDate});
  board_clock = 1;
  fake_now = {8'000};
  EXPECT_EQ(ReadWallClock(), WallTime{kDate + 3'000});
  EXPECT_EQ(board_clock_reads, 1);

  EXPECT_EQ(InstantOf({kDate + 3'000}), fake_now);
  SetWallClock({kDate + 10'000});
  EXPECT_EQ(ReadWallClock(), WallTime{kDate + 10'000});
  EXPECT_EQ(InstantOf({kDate + 10'500}), Instant{8'500});

  SetWallClock({-4'000'000'000'000'000'000});
  EXPECT_EQ(InstantOf({kNever.nanoseconds}), kNever);
}

}  // namespace
}  // namespace kernel::time
