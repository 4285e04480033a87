#include "testing/fuzz/stack/player.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/tcp/testing/inspection.h"
#include "testing/fuzz/stack/mend.h"
#include "testing/fuzz/stack/peer.h"
#include "testing/fuzz/stack/program.h"
#include "testing/fuzz/stack/steps.h"
#include "testing/sim/cable.h"
#include "testing/sim/host.h"

namespace fuzz {
namespace {

using kernel::Duration;

constexpr Duration kTurn = Duration::Microseconds(3);    // a host's wake-up, and a little
constexpr Duration kRest = Duration::Seconds(4 * 3600);  // after which nobody may remember anything

// A frame, or a call, may open a window for all that a program wrote, in small segments.
constexpr std::uint64_t kMostFrames = 600;

// Neighbours of both versions, control blocks, one for each table, and the few of the services.
constexpr std::size_t kMostTimers = 52;

// After so long without an event no packet waits for a neighbour or a fragment.
constexpr Duration kSettled = Duration::Seconds(90);

}  // namespace

Player::Player() : host_(world_, Program::OptionsOfHost()), cable_(world_, host_.card(), peer_) {
  host_.card().Plug(cable_, sim::Cable::End::kLeft);
  program_ = std::make_unique<Program>(host_);
}

void Player::Take(Input& input) {
  const std::uint8_t code = input.Byte();
  const auto step = static_cast<Step>((code & kStepMask) % static_cast<std::uint8_t>(Step::kCount));
  const std::uint64_t frames = peer_.frames();
  const kernel::Instant before = world_.now();
  if (!IsOfWorld(step, input)) program_->Take(step, input);
  if (step > Step::kUntilNext) last_event_ = world_.now();
  if ((code & kThenTurn) != 0) Pass(kTurn);
  Require(world_.now() - before > kTurn || peer_.frames() - frames <= kMostFrames);
  Check();
}

bool Player::IsOfWorld(Step step, Input& input) {
  switch (step) {
    case Step::kNanoseconds:
      Pass(Duration{input.Long()});
      break;
    case Step::kMilliseconds:
      Pass(Duration::Milliseconds(input.Short()));
      break;
    case Step::kSeconds:
      Pass(Duration::Seconds(input.Short()));
      break;
    case Step::kUntilNext:
      if (world_.next() != kernel::kNever) world_.RunUntil(world_.next());
      break;
    case Step::kFrame:
    case Step::kFrameAsIs:
      Deliver(input.Take(input.Short()), step == Step::kFrame);
      break;
    case Step::kSegment:
      Deliver(peer_.Segment(input), true);
      break;
    case Step::kReply:
      Deliver(peer_.Reply(input), true);
      break;
    case Step::kAnswer:
      Deliver(peer_.Answer(), true);
      break;
    case Step::kPlug:
      cable_.SetPlugged(!cable_.is_plugged());
      break;
    case Step::kHungerBegin: {
      const std::size_t packets = input.Byte() % 16;
      is_hungry_ = true;
      host_.Starve(packets, input.Byte() % 16);
      break;
    }
    case Step::kHungerEnd:
      host_.GiveBack();
      is_hungry_ = false;
      break;
    default:
      return false;
  }
  return true;
}

void Player::Deliver(std::vector<std::byte> frame, bool mends) {
  if (frame.empty()) return;
  if (mends) MendChecksums(frame);
  host_.card().Arrive({.bytes = std::move(frame), .info = {}});
}

void Player::Pass(Duration duration) { world_.RunFor(duration); }

void Player::Check() {
  const std::string broken = net::tcp::Inspect(host_.tcp());
  if (!broken.empty()) std::fprintf(stderr, "%s\n", broken.c_str());
  Require(broken.empty());
  const net::tcp::Config config = Program::OptionsOfHost().tcp;
  Require(host_.tcp().connections() <= config.connections && host_.tcp().half_open() <= config.half_open &&
          host_.tcp().time_waits() <= config.time_waits);
  Require(host_.context().timers().running() <= kMostTimers);
  const bool is_settled = world_.now() - last_event_ > kSettled && program_->IsIdle() &&
                          host_.tcp().connections() == 0 && host_.tcp().memory_used() == 0;
  Require(!is_settled || is_hungry_ || host_.HasAllMemory());
}

void Player::Finish() {
  if (!cable_.is_plugged()) cable_.SetPlugged(true);
  program_->Stop();
  Pass(kRest);
  if (!host_.IsAtRest()) std::fprintf(stderr, "%s\n", host_.Describe().c_str());
  Require(host_.IsAtRest());
  Require(host_.context().timers().running() <= kMostTimers);
}

}  // namespace fuzz
