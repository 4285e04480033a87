#include "drivers/net/lan9514/framing.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/usb/types.h"
#include "drivers/bus/usb_ethernet/chip.h"

namespace drivers::net_lan9514 {
namespace {

using usb_ethernet::ReceivedFrame;
using Verdict = ReceivedFrame::Verdict;

constexpr std::size_t kHeaderSize = 4 + kDataOffset, kCheckSequence = 4, kSmallestFrame = 14, kAlignment = 4;

// RX Status. Errors: the filter, the summary bit, length, runt, too long, collision, watchdog, MII, dribble, check
// sequence. The length error alone means a length field that is none, as old protocols have it: not damage.
constexpr std::uint32_t kErrors = 1u << 30 | 1 << 11 | 1 << 7 | 1 << 6 | 1 << 4 | 1 << 3 | 1 << 2 | 1 << 1;
constexpr std::uint32_t kErrorSummary = 1 << 15, kLengthError = 1 << 12;
constexpr int kLength = 16;
constexpr std::uint32_t kLengthMask = 0x3fff;

// TX Command A.
constexpr std::uint32_t kFirstSegment = 1 << 13, kLastSegment = 1 << 12;

}  // namespace

ReceivedFrame TakeFrame(std::span<const std::byte>& burst) {
  if (burst.size() < kHeaderSize) return {};
  const std::uint32_t status = usb::Load32(burst.data());
  const std::size_t size = status >> kLength & kLengthMask;
  if (size > burst.size() - kHeaderSize || size < kCheckSequence) return {};
  const std::span<const std::byte> bytes = burst.subspan(kHeaderSize, size - kCheckSequence);
  const std::size_t taken = (kHeaderSize + size + kAlignment - 1) / kAlignment * kAlignment;
  burst = burst.subspan(std::min(burst.size(), taken));
  const bool is_summary_hard = (status & kErrorSummary) != 0 && (status & kLengthError) == 0;
  if ((status & kErrors) != 0 || is_summary_hard || bytes.size() < kSmallestFrame) {
    return {.verdict = Verdict::kDamaged, .bytes = {}};
  }
  return {.verdict = Verdict::kGood, .bytes = bytes};
}

void WriteCommand(std::span<std::byte, usb_ethernet::kCommandSize> to, std::size_t size) {
  usb::Store32(to.data(), static_cast<std::uint32_t>(size) | kFirstSegment | kLastSegment);
  usb::Store32(to.data() + 4, static_cast<std::uint32_t>(size));
}

}  // namespace drivers::net_lan9514
