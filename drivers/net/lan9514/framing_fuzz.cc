// Any burst: frames lie within it, each step takes something off it or ends it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "drivers/bus/usb_ethernet/chip.h"
#include "drivers/net/lan9514/framing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Verdict = drivers::usb_ethernet::ReceivedFrame::Verdict;
  const std::span<const std::byte> whole = std::as_bytes(std::span(data, size));
  std::span<const std::byte> burst = whole;
  std::size_t taken = 0;
  while (!burst.empty()) {
    const std::size_t before = burst.size();
    const drivers::usb_ethernet::ReceivedFrame frame = drivers::net_lan9514::TakeFrame(burst);
    if (frame.verdict == Verdict::kBadLength) break;
    if (burst.size() >= before) std::abort();
    if (frame.verdict == Verdict::kDamaged) continue;
    if (frame.bytes.size() < 14 || frame.bytes.data() < whole.data() ||
        frame.bytes.data() + frame.bytes.size() > whole.data() + whole.size()) {
      std::abort();
    }
    taken += frame.bytes.size();
  }
  if (taken > size) std::abort();
  return 0;
}
