#include "drivers/net/lan7800/framing.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/usb/types.h"
#include "drivers/bus/usb_ethernet/chip.h"

namespace drivers::net_lan7800 {
namespace {

using usb_ethernet::ReceivedFrame;
using Verdict = ReceivedFrame::Verdict;

constexpr std::size_t kHeaderSize = 10, kCheckSequence = 4, kSmallestFrame = 14, kAlignment = 4;

// RX Command A. RED is the sum of all errors, of a checksum of IP, TCP or UDP, too; those are bits 31 and 30 besides.
constexpr std::uint32_t kLength = 0x3fff, kAnyError = 1 << 22, kChecksumErrors = 0xc000'0000;
// Watchdog, runt, too long, MII error, dribble, check sequence.
constexpr std::uint32_t kHardErrors = 0x003f'0000;

// TX Command A.
constexpr std::uint32_t kInsertCheckSequence = 1 << 22;

}  // namespace

ReceivedFrame TakeFrame(std::span<const std::byte>& burst) {
  if (burst.size() < kHeaderSize) return {};
  const std::uint32_t command = usb::Load32(burst.data());
  const std::size_t size = command & kLength;
  if (size > burst.size() - kHeaderSize || size < kCheckSequence) return {};
  const std::span<const std::byte> bytes = burst.subspan(kHeaderSize, size - kCheckSequence);
  const std::size_t taken = (kHeaderSize + size + kAlignment - 1) / kAlignment * kAlignment;
  burst = burst.subspan(std::min(burst.size(), taken));
  if ((command & kHardErrors) != 0 || bytes.size() < kSmallestFrame) return {.verdict = Verdict::kDamaged, .bytes = {}};
  const bool is_doubted = (command & (kAnyError | kChecksumErrors)) != 0;
  return {.verdict = is_doubted ? Verdict::kBadChecksum : Verdict::kGood, .bytes = bytes};
}

void WriteCommand(std::span<std::byte, usb_ethernet::kCommandSize> to, std::size_t size) {
  usb::Store32(to.data(), static_cast<std::uint32_t>(size) | kInsertCheckSequence);
  usb::Store32(to.data() + 4, 0);
}

}  // namespace drivers::net_lan7800
