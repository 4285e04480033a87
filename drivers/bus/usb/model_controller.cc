#include "drivers/bus/usb/model_controller.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "drivers/bus/usb/host_controller.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace drivers::usb {
namespace {

using kernel::Instant;

constexpr kernel::Duration kFrame = kernel::Duration::Milliseconds(1);
constexpr int kMostSteps = 64;  // of a pipe, in a poll

}  // namespace

PortStatus ModelController::ReadRootPort() {
  root.Update();
  return root.status;
}

void ModelController::SetRootPort(PortFeature feature) {
  root.SetFeature(feature);
  ReportRootPort();
}

void ModelController::ClearRootPort(PortFeature feature) { root.ClearFeature(feature); }

kernel::Result<void> ModelController::Open(Pipe&) {
  ++open_pipes;
  return {};
}

void ModelController::Close(Pipe& pipe) {
  CHECK(std::ranges::find(active_, &pipe) == active_.end());
  --open_pipes;
}

void ModelController::Start(Pipe& pipe) {
  CHECK(pipe.progress.is_active && pipe.front() != nullptr);
  CHECK(std::ranges::find(active_, &pipe) == active_.end());
  active_.push_back(&pipe);
}

void ModelController::Stop(Pipe& pipe) {
  CHECK(std::ranges::find(active_, &pipe) != active_.end());
  (void)End(pipe, Status::kCancelled);
}

Instant ModelController::Poll(Instant now) {
  const PortStatus before = root.status;
  root.Update();
  if (before.change != root.status.change) ReportRootPort();
  const std::vector<Pipe*> pipes = active_;
  bool is_any = false;
  for (Pipe* const pipe : pipes) {
    for (int step = 0; step < kMostSteps; ++step) {
      if (std::ranges::find(active_, pipe) == active_.end()) break;
      if (Step(*pipe) != Outcome::kGoesOn) break;
    }
  }
  is_any = !active_.empty();
  return is_any ? now + kFrame : kernel::kNever;
}

ModelController::Outcome ModelController::End(Pipe& pipe, Status status) {
  std::erase(active_, &pipe);
  Finish(pipe, status, DoneOf(pipe));
  return Outcome::kFinished;
}

ModelController::Outcome ModelController::OnHandshake(Pipe& pipe, Handshake handshake) {
  PipeProgress& progress = pipe.progress;
  switch (handshake) {
    case Handshake::kStall:
      return End(pipe, Status::kStall);
    case Handshake::kNone:
      return ++progress.errors >= 3 ? End(pipe, Status::kBroken) : Outcome::kGoesOn;
    case Handshake::kNak:
    case Handshake::kNyet:
      progress.errors = 0;
      return Outcome::kWaits;
    case Handshake::kAck:
      progress.errors = 0;
      break;
  }
  return Outcome::kGoesOn;
}

ModelController::Outcome ModelController::Step(Pipe& pipe) {
  ModelDevice* const device = root.Find(pipe.device().address());
  if (pipe.endpoint().type == TransferType::kControl) return StepControl(pipe, device);
  return pipe.endpoint().direction == Direction::kIn ? StepIn(pipe, device) : StepOut(pipe, device);
}

ModelController::Outcome ModelController::StepControl(Pipe& pipe, ModelDevice* device) {
  PipeProgress& progress = pipe.progress;
  const Transfer& transfer = *pipe.front();
  if (progress.stage == Stage::kSetup) {
    const Handshake handshake = device == nullptr ? Handshake::kNone : device->OnSetup(0, transfer.setup.Bytes());
    if (handshake != Handshake::kAck) return OnHandshake(pipe, handshake);
    progress.errors = 0;
    progress.is_odd = true;
    progress.stage = transfer.setup.length > 0 ? Stage::kData : Stage::kStatus;
    return Outcome::kGoesOn;
  }
  const bool is_data = progress.stage == Stage::kData;
  return transfer.setup.IsIn() == is_data && !(transfer.setup.length == 0) ? StepIn(pipe, device)
         : is_data || (transfer.setup.IsIn() && transfer.setup.length > 0) ? StepOut(pipe, device)
                                                                           : StepIn(pipe, device);
}

ModelController::Outcome ModelController::StepIn(Pipe& pipe, ModelDevice* device) {
  PipeProgress& progress = pipe.progress;
  const Transfer& transfer = *pipe.front();
  const bool is_control = pipe.endpoint().type == TransferType::kControl;
  const bool is_status = is_control && progress.stage == Stage::kStatus;
  const std::uint16_t max_packet = pipe.endpoint().max_packet;
  Answer answer;
  if (device != nullptr) answer = device->OnIn(pipe.endpoint().number);
  if (answer.handshake != Handshake::kAck) return OnHandshake(pipe, answer.handshake);
  if (answer.data.size() > max_packet || (is_status && !answer.data.empty())) return End(pipe, Status::kBabble);
  progress.errors = 0;
  const bool expected = is_status || progress.is_odd;
  if (answer.is_odd != expected) {
    // Our handshake was lost, it thinks: acknowledged and dropped.
    return Outcome::kWaits;
  }
  device->OnInReceived(pipe.endpoint().number);
  if (is_status) return End(pipe, Status::kDone);
  const std::size_t wanted = is_control ? transfer.setup.length : transfer.data.size();
  const std::size_t done = DoneOf(pipe);
  if (done + answer.data.size() > wanted) return End(pipe, Status::kBabble);
  std::ranges::copy(answer.data, transfer.data.begin() + static_cast<std::ptrdiff_t>(done));
  AddDone(pipe, answer.data.size());
  progress.is_odd = !progress.is_odd;
  if (answer.data.size() < max_packet || DoneOf(pipe) == wanted) {
    if (!is_control) return End(pipe, Status::kDone);
    progress.stage = Stage::kStatus;
  }
  return Outcome::kGoesOn;
}

ModelController::Outcome ModelController::StepOut(Pipe& pipe, ModelDevice* device) {
  PipeProgress& progress = pipe.progress;
  const Transfer& transfer = *pipe.front();
  const bool is_control = pipe.endpoint().type == TransferType::kControl;
  const bool is_status = is_control && progress.stage == Stage::kStatus;
  const std::size_t wanted = is_control ? transfer.setup.length : transfer.data.size();
  const std::size_t size = is_status ? 0 : std::min<std::size_t>(wanted - DoneOf(pipe), pipe.endpoint().max_packet);
  const std::span<const std::byte> bytes = transfer.data.subspan(is_status ? 0 : DoneOf(pipe), size);
  const Handshake handshake =
      device == nullptr ? Handshake::kNone : device->OnOut(pipe.endpoint().number, is_status || progress.is_odd, bytes);
  if (handshake != Handshake::kAck) return OnHandshake(pipe, handshake);
  progress.errors = 0;
  if (is_status) return End(pipe, Status::kDone);
  progress.is_odd = !progress.is_odd;
  AddDone(pipe, size);
  if (DoneOf(pipe) < wanted) return Outcome::kGoesOn;
  if (is_control) {
    progress.stage = Stage::kStatus;
    return Outcome::kGoesOn;
  }
  if (transfer.ends_with_short && size == pipe.endpoint().max_packet) return Outcome::kGoesOn;
  return End(pipe, Status::kDone);
}

int ModelBus::Run(kernel::Duration time) {
  constexpr int kMostPolls = 10'000'000;
  const Instant end = now + time;
  int polls = 0;
  while (now < end && polls < kMostPolls) {
    waker_.is_woken = false;
    const Instant next = host.Poll(now);
    ++polls;
    if (waker_.is_woken || next <= now) continue;
    // Something is plugged in and out without anybody's asking: looked at once a frame.
    now = std::min({next, now + kFrame, end});
  }
  return polls;
}

}  // namespace drivers::usb
