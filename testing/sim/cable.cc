#include "testing/sim/cable.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "kernel/base/time.h"
#include "net/packet/packet.h"
#include "testing/sim/world.h"

namespace sim {
namespace {

constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::size_t kBytesBetweenFrames = 24;  // preamble, check sequence and gap. [IEEE802.3] 3, 4.4.2

// Up to `most`, evenly.
kernel::Duration UpTo(World& world, kernel::Duration most) {
  if (most <= kernel::Duration()) return {};
  return {static_cast<std::int64_t>(world.random().Next() % (static_cast<std::uint64_t>(most.nanoseconds) + 1))};
}

}  // namespace

void Cable::SetConditions(const Conditions& conditions) {
  for (Direction& direction : directions_) direction.conditions = conditions;
}

void Cable::SetPlugged(bool is_plugged) {
  if (is_plugged_ && !is_plugged) ++plug_count_;
  is_plugged_ = is_plugged;
}

// False where the queue before the cable is full.
bool Cable::Serialize(Direction& direction, std::size_t size, kernel::Instant& leaves) {
  leaves = world_.now();
  const std::uint64_t rate = direction.conditions.bits_per_second;
  if (rate == 0) return true;
  const kernel::Instant begins = std::max(direction.free_at, world_.now());
  const auto waiting =
      static_cast<std::uint64_t>((begins - world_.now()).nanoseconds) * rate / kNanosecondsPerSecond / 8;
  if (waiting > direction.conditions.most_waiting) return false;
  const std::uint64_t bits = (size + kBytesBetweenFrames) * 8;
  leaves = direction.free_at =
      begins + kernel::Duration::Nanoseconds(static_cast<std::int64_t>(bits * kNanosecondsPerSecond / rate));
  return true;
}

// Virtual devices vouch for what they leave undone: nobody would notice.
void Cable::Damage(Direction& direction, Frame& frame) {
  if (frame.info.checksum != net::PacketInfo::Checksum::kNone) return;
  if (world_.Happens(direction.conditions.damaged)) {
    const std::uint32_t bit = world_.random().Below(static_cast<std::uint32_t>(frame.bytes.size() * 8));
    frame.bytes[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);
    ++direction.counters.damaged;
  }
  if (world_.Happens(direction.conditions.cut)) {
    frame.bytes.resize(world_.random().Below(static_cast<std::uint32_t>(frame.bytes.size())) + 1);
    ++direction.counters.damaged;
  }
}

void Cable::Send(End from, Frame frame) {
  Direction& direction = DirectionFrom(from);
  ++direction.counters.sent;
  if (capture_ != nullptr) capture_->Record(world_.now(), frame.bytes);
  kernel::Instant leaves;
  if (!is_plugged_ || frame.bytes.empty() || frame.bytes.size() > direction.conditions.largest_frame ||
      !Serialize(direction, frame.bytes.size(), leaves) || world_.Happens(direction.conditions.lost)) {
    ++direction.counters.lost;
    return;
  }
  const bool is_doubled = world_.Happens(direction.conditions.doubled);
  Damage(direction, frame);
  const auto shared = std::make_shared<const Frame>(std::move(frame));
  Deliver(direction, leaves, shared);
  if (!is_doubled) return;
  ++direction.counters.doubled;
  Deliver(direction, leaves, shared);
}

void Cable::Deliver(Direction& direction, kernel::Instant leaves, std::shared_ptr<const Frame> frame) {
  const Conditions& conditions = direction.conditions;
  kernel::Instant arrives = leaves + conditions.delay + UpTo(world_, conditions.jitter);
  if (world_.Happens(conditions.overtaken)) {
    arrives = arrives + UpTo(world_, conditions.longest_hold);
    ++direction.counters.overtaken;
  } else {
    arrives = direction.last_arrival = std::max(arrives, direction.last_arrival);
  }
  world_.At(arrives, [this, &direction, plug_count = plug_count_, frame = std::move(frame)] {
    if (plug_count != plug_count_) {
      ++direction.counters.lost;
      return;
    }
    ++direction.counters.delivered;
    world_.Note(frame->bytes);
    direction.to->Arrive(*frame);
  });
}

}  // namespace sim
