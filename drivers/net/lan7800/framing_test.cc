#include "drivers/net/lan7800/framing.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/usb_ethernet/chip.h"

namespace drivers::net_lan7800 {
namespace {

using usb_ethernet::ReceivedFrame;
using Verdict = ReceivedFrame::Verdict;
using Bytes = std::vector<std::byte>;

// A frame of `size` bytes, each of them `value`, as it lies in a burst; `command` is added to the first word.
void Add(Bytes& burst, std::size_t size, int value, std::uint32_t command = 0) {
  while (burst.size() % 4 != 0) burst.push_back(std::byte{0xee});
  command |= static_cast<std::uint32_t>(size + 4);
  for (int i = 0; i < 4; ++i) burst.push_back(static_cast<std::byte>(command >> 8 * i));
  burst.resize(burst.size() + 6);
  burst.resize(burst.size() + size, static_cast<std::byte>(value));
  burst.resize(burst.size() + 4, std::byte{0xcc});  // check sequence
}

TEST(Lan7800FramingTest, FramesOfABurstComeOneByOneWithoutTheirCheckSequences) {
  Bytes bytes;
  for (std::size_t size = 60; size < 70; ++size) Add(bytes, size, static_cast<int>(size));
  std::span<const std::byte> burst = bytes;
  for (std::size_t size = 60; size < 70; ++size) {
    const ReceivedFrame frame = TakeFrame(burst);
    ASSERT_EQ(frame.verdict, Verdict::kGood);
    ASSERT_EQ(frame.bytes.size(), size);
    EXPECT_EQ(frame.bytes.front(), static_cast<std::byte>(size));
    EXPECT_EQ(frame.bytes.back(), static_cast<std::byte>(size));
  }
  EXPECT_TRUE(burst.empty());
}

TEST(Lan7800FramingTest, TheLastFramesPaddingMayBeThereOrNot) {
  for (const std::size_t padding : {0, 1, 2, 3}) {
    Bytes bytes;
    Add(bytes, 61, 1);
    bytes.resize(bytes.size() + padding);
    std::span<const std::byte> burst = bytes;
    EXPECT_EQ(TakeFrame(burst).bytes.size(), 61u);
    if (padding <= 1) EXPECT_TRUE(burst.empty());
  }
}

TEST(Lan7800FramingTest, AnErrorOfAChecksumAloneIsNoDamage) {
  constexpr std::uint32_t kRed = 1 << 22;
  for (const auto& [command, verdict] : {std::pair{kRed | 1u << 31, Verdict::kBadChecksum},
                                         {kRed | 1u << 30, Verdict::kBadChecksum},
                                         {kRed, Verdict::kBadChecksum},
                                         {kRed | 1u << 16, Verdict::kDamaged},
                                         {kRed | 1u << 19, Verdict::kDamaged},
                                         {1u << 20, Verdict::kDamaged},
                                         {1u << 25 | 1u << 14, Verdict::kGood}}) {
    Bytes bytes;
    Add(bytes, 100, 1, command);
    Add(bytes, 100, 2);
    std::span<const std::byte> burst = bytes;
    EXPECT_EQ(TakeFrame(burst).verdict, verdict) << command;
    EXPECT_EQ(TakeFrame(burst).verdict, Verdict::kGood);
  }
}

TEST(Lan7800FramingTest, LengthsThatCannotBeAreRefused) {
  Bytes whole;
  Add(whole, 60, 1);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    std::span<const std::byte> burst = std::span(whole).first(size);
    EXPECT_EQ(TakeFrame(burst).verdict, Verdict::kBadLength) << size;
  }
  for (const int length : {0, 1, 2, 3}) {
    whole[0] = static_cast<std::byte>(length);
    std::span<const std::byte> burst = whole;
    EXPECT_EQ(TakeFrame(burst).verdict, Verdict::kBadLength) << length;
  }
  whole[0] = std::byte{17};  // less than an Ethernet header
  std::span<const std::byte> burst = whole;
  EXPECT_EQ(TakeFrame(burst).verdict, Verdict::kDamaged);
}

TEST(Lan7800FramingTest, ACommandHasTheLengthAndAsksForTheCheckSequence) {
  std::array<std::byte, 8> command;
  command.fill(std::byte{0xff});
  WriteCommand(command, 1514);
  EXPECT_EQ(command, (std::array<std::byte, 8>{std::byte{0xea}, std::byte{0x05}, std::byte{0x40}, {}, {}, {}, {}, {}}));
}

}  // namespace
}  // namespace drivers::net_lan7800
