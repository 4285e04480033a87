#include "net/tcp/black_hole.h"

#include <cstdint>

#include "kernel/base/time.h"
#include "net/tcp/control_block.h"
#include "net/tcp/life.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"

namespace net::tcp {
namespace {

// Full segments that vanish so often in a row may be too large for a path that does not say so.
constexpr std::uint8_t kBlackHoleTimeouts = 2;
constexpr std::uint8_t kMostReductions = 6;

constexpr std::int64_t kSecond = 1'000'000'000;  // nanoseconds

std::uint32_t SecondsNow(const ControlBlock& block) {
  return static_cast<std::uint32_t>(block.stack.now().nanoseconds / kSecond);
}

void RaiseLater(ControlBlock& block) {
  block.raise_second = SecondsNow(block) + static_cast<std::uint32_t>(kRaiseInterval.nanoseconds / kSecond);
}

// Whether a segment of the size that was tried is still on its way; if not, what it says counts.
bool IsTrying(ControlBlock& block) {
  if (!block.is_size_tried) return false;
  if (block.snd_una < block.size_tried) return true;
  block.is_size_tried = false;
  // Anything that went again since then may have been it.
  if (block.retransmissions != block.retransmissions_before) {
    RaiseLater(block);
    return false;
  }
  --block.size_reductions;
  SizeSegments(block);
  return false;
}

}  // namespace

void SuspectBlackHole(ControlBlock& block) {
  const bool is_full = Distance(block.snd_una, block.snd_nxt) >= block.send_segment_size;
  const std::uint8_t timeouts = block.recovery.timeouts();
  if (!is_full || timeouts < kBlackHoleTimeouts || timeouts % 2 != 0) return;
  const std::uint16_t before = block.send_segment_size;
  if (block.size_reductions == kMostReductions) return;
  ++block.size_reductions;
  SizeSegments(block);
  if (block.send_segment_size == before) {
    --block.size_reductions;
    return;
  }
  block.is_size_tried = false;
  RaiseLater(block);
  ++block.stack.counters.black_holes;
}

std::uint32_t SizeToTry(ControlBlock& block) {
  if (IsTrying(block) || block.size_reductions == 0 || block.recovery.IsRecovering()) return 0;
  if (static_cast<std::int32_t>(SecondsNow(block) - block.raise_second) < 0) return 0;
  const std::uint16_t size = SegmentSizeWith(block, block.size_reductions - 1);
  if (size > block.send_segment_size) return size;
  // Something else keeps segments small now.
  --block.size_reductions;
  return 0;
}

void NoteSizeTried(ControlBlock& block) {
  block.is_size_tried = true;
  block.size_tried = block.snd_nxt;
  block.retransmissions_before = block.retransmissions;
  ++block.stack.counters.size_probes;
}

}  // namespace net::tcp
