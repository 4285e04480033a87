#include "drivers/net/lan9514/framing.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/usb_ethernet/chip.h"

namespace drivers::net_lan9514 {
namespace {

using usb_ethernet::ReceivedFrame;
using Verdict = ReceivedFrame::Verdict;
using Bytes = std::vector<std::byte>;

// A frame of `size` bytes, each of them `value`, as it lies in a burst; `status` is added to its word.
void Add(Bytes& burst, std::size_t size, int value, std::uint32_t status = 0) {
  while (burst.size() % 4 != 0) burst.push_back(std::byte{0xee});
  status |= static_cast<std::uint32_t>(size + 4) << 16;
  for (int i = 0; i < 4; ++i) burst.push_back(static_cast<std::byte>(status >> 8 * i));
  burst.resize(burst.size() + kDataOffset);
  burst.resize(burst.size() + size, static_cast<std::byte>(value));
  burst.resize(burst.size() + 4, std::byte{0xcc});  // check sequence
}

TEST(Lan9514FramingTest, FramesOfABurstComeOneByOneWithoutTheirCheckSequences) {
  Bytes bytes;
  for (std::size_t size = 60; size < 70; ++size) Add(bytes, size, static_cast<int>(size), 1 << 5);
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

TEST(Lan9514FramingTest, EachErrorIsDamageButALengthFieldThatIsNone) {
  constexpr std::uint32_t kSummary = 1 << 15;
  for (const auto& [status, verdict] : {std::pair{kSummary | 1u << 1, Verdict::kDamaged},
                                        {kSummary | 1u << 11, Verdict::kDamaged},
                                        {kSummary | 1u << 7, Verdict::kDamaged},
                                        {kSummary, Verdict::kDamaged},
                                        {1u << 30, Verdict::kDamaged},
                                        {kSummary | 1u << 12, Verdict::kGood},
                                        {1u << 13 | 1u << 5, Verdict::kGood}}) {
    Bytes bytes;
    Add(bytes, 100, 1, status);
    Add(bytes, 100, 2);
    std::span<const std::byte> burst = bytes;
    EXPECT_EQ(TakeFrame(burst).verdict, verdict) << status;
    EXPECT_EQ(TakeFrame(burst).verdict, Verdict::kGood);
  }
}

TEST(Lan9514FramingTest, LengthsThatCannotBeAreRefused) {
  Bytes whole;
  Add(whole, 60, 1);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    std::span<const std::byte> burst = std::span(whole).first(size);
    EXPECT_EQ(TakeFrame(burst).verdict, Verdict::kBadLength) << size;
  }
  for (const int length : {0, 1, 2, 3}) {
    whole[2] = static_cast<std::byte>(length);
    std::span<const std::byte> burst = whole;
    EXPECT_EQ(TakeFrame(burst).verdict, Verdict::kBadLength) << length;
  }
  whole[2] = std::byte{17};  // less than an Ethernet header
  std::span<const std::byte> burst = whole;
  EXPECT_EQ(TakeFrame(burst).verdict, Verdict::kDamaged);
}

TEST(Lan9514FramingTest, ACommandSaysThatAllIsInOnePiece) {
  std::array<std::byte, 8> command;
  WriteCommand(command, 1514);
  EXPECT_EQ(command, (std::array<std::byte, 8>{
                         std::byte{0xea}, std::byte{0x35}, {}, {}, std::byte{0xea}, std::byte{0x05}, {}, {}}));
}

}  // namespace
}  // namespace drivers::net_lan9514
