#include "kernel/log/ring.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"

// What log.cc needs, which the ring's library brings along.
namespace board {
kernel::Instant Now() { return {}; }
void ConsoleWrite(std::string_view) {}
}  // namespace board

namespace kernel::log {
namespace {

class RingTest : public testing::Test {
 protected:
  void Append(std::string_view text) { ring_->Append(Level::kInfo, Instant{5}, text); }
  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    Line line;
    for (std::uint64_t n = ring_->first(); n != ring_->end(); ++n) {
      if (ring_->Read(n, line)) texts.emplace_back(line.text());
    }
    return texts;
  }

  std::unique_ptr<Ring> ring_ = std::make_unique<Ring>();
};

TEST_F(RingTest, GivesBackWhatWasWritten) {
  ring_->Append(Level::kWarning, Instant{-7}, "one");
  Append("");
  Append(std::string(200, 'x'));
  EXPECT_EQ(Texts(), (std::vector<std::string>{"one", "", std::string(kLineSize, 'x')}));
  Line line;
  ASSERT_TRUE(ring_->Read(0, line));
  EXPECT_EQ(line.level, Level::kWarning);
  EXPECT_EQ(line.time, Instant{-7});
  EXPECT_EQ(line.number, 0u);
  EXPECT_FALSE(ring_->Read(3, line));
}

TEST_F(RingTest, KeepsTheNewestLines) {
  for (std::size_t i = 0; i < kLines + 3; ++i) Append(std::to_string(i));
  const std::vector<std::string> texts = Texts();
  ASSERT_EQ(texts.size(), kLines);
  EXPECT_EQ(texts.front(), "3");
  EXPECT_EQ(texts.back(), std::to_string(kLines + 2));
  Line line;
  EXPECT_FALSE(ring_->Read(2, line)) << "it was overwritten";
  EXPECT_EQ(ring_->dropped(), 0u);
}

TEST_F(RingTest, AWriterThatInterruptsAnotherLosesNothing) {
  std::uint64_t interrupted;
  ASSERT_TRUE(ring_->Begin(interrupted));
  Append("of the interrupt");
  EXPECT_EQ(Texts(), (std::vector<std::string>{"of the interrupt"})) << "the other line is not whole yet";
  ring_->Finish(interrupted, {});
  EXPECT_EQ(Texts(), (std::vector<std::string>{"", "of the interrupt"}));
}

TEST_F(RingTest, AWriterThatFindsItsSlotTakenDropsItsLineAndCountsIt) {
  std::uint64_t interrupted;
  ASSERT_TRUE(ring_->Begin(interrupted));
  for (std::size_t i = 0; i < kLines; ++i) Append(std::to_string(i));
  EXPECT_EQ(ring_->dropped(), 1u);
  ring_->Finish(interrupted, {});
  EXPECT_EQ(Texts().size(), kLines - 1) << "its slot holds a line that is too old";
  Append("next");
  EXPECT_EQ(Texts().back(), "next");
}

}  // namespace
}  // namespace kernel::log
