// A piece of a transfer on a channel, and what became of it. [DWC2] 5.3, [USB2] 8.5, 11.17
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "drivers/usb_host/dwc2/dwc2.h"
#include "drivers/usb_host/dwc2/registers.h"
#include "kernel/base/check.h"
#include "kernel/base/time.h"

namespace drivers::usb_host::dwc2 {
namespace {

using kernel::Duration;
using usb::Direction;
using usb::Pipe;
using usb::PipeProgress;
using usb::Speed;
using usb::Stage;
using usb::Status;
using usb::Transfer;
using usb::TransferType;

constexpr std::uint8_t kMostErrors = 3;                   // [USB2] 10.2.6
constexpr std::uint8_t kPeriodicCompletions = 3;          // complete-splits at +2, +3 and +4. [USB2] 11.18.6
constexpr std::uint8_t kMostCompletions = 200;            // of a transaction that is not periodic
constexpr Duration kHoldOff = Duration::Milliseconds(1);  // of a device behind a translator that said NAK

bool IsControl(const Pipe& pipe) { return pipe.endpoint().type == TransferType::kControl; }
bool IsSplit(const Pipe& pipe) { return pipe.device().translator() != nullptr; }
std::size_t WantedOf(const Pipe& pipe) {
  return IsControl(pipe) ? pipe.front()->setup.length : pipe.front()->data.size();
}
bool HasData(const Pipe& pipe) { return !IsControl(pipe) || pipe.progress.stage == Stage::kData; }

}  // namespace

Dwc2::Piece Dwc2::NextPiece(Pipe& pipe, Channel& channel) const {
  const Transfer& transfer = *pipe.front();
  const PipeProgress& progress = pipe.progress;
  const std::uint32_t max_packet = pipe.endpoint().max_packet;
  if (IsControl(pipe) && progress.stage == Stage::kSetup) {
    const auto bytes = transfer.setup.Bytes();
    std::ranges::copy(bytes, channel.setup.begin());
    return {.pid = kSetup, .is_in = false, .bytes = std::span(channel.setup).first(bytes.size()), .size = 8};
  }
  if (IsControl(pipe) && progress.stage == Stage::kStatus) {
    const bool is_in = !transfer.setup.IsIn() || transfer.setup.length == 0;
    return {.pid = kData1, .is_in = is_in, .bytes = {}, .size = is_in ? max_packet : 0};
  }
  Piece piece;
  piece.pid = progress.is_odd ? kData1 : kData0;
  piece.is_in = IsControl(pipe) ? transfer.setup.IsIn() : pipe.endpoint().direction == Direction::kIn;
  const std::size_t done = DoneOf(pipe);
  const std::size_t left = WantedOf(pipe) - done;
  const std::size_t most = IsSplit(pipe) ? 1 : std::min<std::size_t>(most_packets_, most_bytes_ / max_packet);
  piece.packets = static_cast<std::uint32_t>(std::clamp<std::size_t>((left + max_packet - 1) / max_packet, 1, most));
  const std::uint32_t room = piece.packets * max_packet;
  piece.size = piece.is_in ? room : static_cast<std::uint32_t>(std::min<std::size_t>(left, room));
  piece.bytes = transfer.data.subspan(done, piece.size);
  return piece;
}

void Dwc2::Run(Channel& channel, Pipe& pipe) {
  Piece piece = NextPiece(pipe, channel);
  const usb::Device& device = pipe.device();
  const PipeProgress& progress = pipe.progress;
  // A status stage brings no data, but a device that lies must have room for what the core lets in.
  std::span<std::byte> bytes = piece.bytes;
  if (bytes.empty()) bytes = std::span(channel.setup);
  const bool is_periodic = pipe.endpoint().type == TransferType::kInterrupt;
  channel.pipe = &pipe;
  channel.is_stopping = false;
  channel.size = progress.is_completing && !piece.is_in ? 0 : piece.size;
  channel.packets = piece.packets;
  pipe.progress.channel = static_cast<std::int8_t>(&channel - channels_.data());
  domain_.GiveToDevice(bytes);

  const std::uint32_t at = Offset(channel);
  registers_.Write(HCINT{{.value = 0xffff'ffff}}, at);
  registers_.Write(HCINTMSK{{.value = HCINT::CHHLTD::kMask}}, at);
  const bool must_ping = progress.must_ping && !piece.is_in && piece.pid != kSetup;
  registers_.Write(HCTSIZ{{.value = HCTSIZ::XFERSIZE::Of(channel.size) | HCTSIZ::PKTCNT::Of(piece.packets) |
                                    HCTSIZ::PID::Of(piece.pid) | HCTSIZ::DOPNG::Of(must_ping ? 1 : 0)}},
                   at);
  registers_.Write(HCDMA{{.value = static_cast<std::uint32_t>(domain_.AddressOf(bytes.data()).value)}}, at);
  HCSPLT split;
  const std::uint32_t frame = HFNUM::FRNUM::Get(registers_.Read<HFNUM>().value);
  if (IsSplit(pipe)) {
    constexpr std::uint32_t kAll = 3;
    split.value = HCSPLT::SPLTENA::Of(1) | HCSPLT::XACTPOS::Of(kAll) |
                  HCSPLT::COMPSPLT::Of(progress.is_completing ? 1 : 0) |
                  HCSPLT::HUBADDR::Of(device.translator()->address()) | HCSPLT::PRTADDR::Of(device.translator_port());
    if (!progress.is_completing) pipe.progress.due_frame = static_cast<std::uint16_t>(frame + 3);
  }
  registers_.Write(split, at);
  HAINTMSK mask = registers_.Read<HAINTMSK>();
  mask.value |= 1U << static_cast<unsigned>(progress.channel);
  registers_.Write(mask);
  registers_.Write(
      HCCHAR{{.value = HCCHAR::MPS::Of(pipe.endpoint().max_packet) | HCCHAR::EPNUM::Of(pipe.endpoint().number) |
                       HCCHAR::EPDIR::Of(piece.is_in ? 1 : 0) | HCCHAR::LSDEV::Of(device.speed() == Speed::kLow) |
                       HCCHAR::EPTYPE::Of(static_cast<std::uint32_t>(pipe.endpoint().type)) |
                       HCCHAR::MC::Of(is_periodic ? pipe.endpoint().transactions : 1) |
                       HCCHAR::DEVADDR::Of(device.address()) |
                       HCCHAR::ODDFRM::Of(is_periodic && (frame & 1) == 0 ? 1 : 0) | HCCHAR::CHENA::Of(1)}},
      at);
}

// How many bytes have gone, and what that does to the toggle. [USB2] 8.6
std::uint32_t Dwc2::Account(Channel& channel, bool is_complete) {
  Pipe& pipe = *channel.pipe;
  const HCTSIZ left = registers_.Read<HCTSIZ>(Offset(channel));
  const HCCHAR character = registers_.Read<HCCHAR>(Offset(channel));
  const std::uint32_t max_packet = pipe.endpoint().max_packet;
  std::uint32_t moved = 0;
  std::uint32_t packets = 0;
  if (HCCHAR::EPDIR::Get(character.value) != 0) {
    moved = channel.size - std::min(channel.size, HCTSIZ::XFERSIZE::Get(left.value));
    // What ended before it was full ended with a short packet, be it an empty one behind whole ones.
    packets = moved / max_packet + (is_complete && moved < channel.size ? 1 : 0);
    if (!is_complete) moved = packets * max_packet;
  } else if (is_complete) {
    moved = NextPiece(pipe, channel).size;  // of a complete-split, the start's
    packets = channel.packets;
  } else {
    packets = channel.packets - std::min(channel.packets, HCTSIZ::PKTCNT::Get(left.value));
    moved = std::min(packets * max_packet, channel.size);
  }
  if (HasData(pipe) && packets % 2 != 0) pipe.progress.is_odd = !pipe.progress.is_odd;
  return moved;
}

void Dwc2::OnHalted(Channel& channel) {
  const std::uint32_t at = Offset(channel);
  const HCINT what = registers_.Read<HCINT>(at);
  registers_.Write(what, at);
  if (channel.pipe == nullptr || !what.Has<HCINT::CHHLTD>()) return;
  Pipe& pipe = *channel.pipe;
  const std::uint32_t size = channel.size;
  const bool is_in = HCCHAR::EPDIR::Get(registers_.Read<HCCHAR>(at).value) != 0;
  const bool is_stopping = channel.is_stopping;
  const bool is_start = IsSplit(pipe) && !pipe.progress.is_completing;
  // A complete-split that says ACK of an OUT has ended the transaction, whatever the sizes say.
  bool is_complete = what.Has<HCINT::XFERCOMPL>() && !is_start;
  if (IsSplit(pipe) && !is_start && !is_in && what.Has<HCINT::ACK>()) is_complete = true;
  const Piece piece = NextPiece(pipe, channel);
  const std::uint32_t moved = is_start ? 0 : Account(channel, is_complete);
  if (is_in && moved > 0) domain_.TakeFromDevice(piece.bytes.first(std::min<std::size_t>(moved, piece.bytes.size())));
  Release(channel);

  if (moved > 0) pipe.progress.errors = 0;
  if (is_stopping) {
    const bool is_done = is_complete && !IsControl(pipe) && is_in;
    if (HasData(pipe)) AddDone(pipe, moved);
    End(pipe, is_done ? Status::kDone : Status::kCancelled);
    return;
  }
  if (what.Has<HCINT::STALL>()) {
    End(pipe, Status::kStall);
  } else if (what.Has<HCINT::BBLERR>()) {
    End(pipe, Status::kBabble);
  } else if (is_start) {
    OnStartSplit(pipe, what);
  } else if (is_complete) {
    pipe.progress.is_completing = false;
    pipe.progress.errors = 0;
    pipe.progress.must_ping = !is_in && what.Has<HCINT::NYET>() && pipe.device().speed() == Speed::kHigh;
    OnMoved(pipe, moved, size, is_in);
  } else if (IsSplit(pipe) && OnCompleteSplit(pipe, what)) {
    // The same complete-split, later.
  } else {
    if (HasData(pipe)) AddDone(pipe, moved);
    const bool is_error = what.Has<HCINT::XACTERR>() || what.Has<HCINT::AHBERR>() || what.Has<HCINT::DATATGLERR>();
    const bool is_not_ready = what.Has<HCINT::NAK>() || what.Has<HCINT::NYET>() || what.Has<HCINT::FRMOVRUN>();
    if (is_not_ready && !is_error) {
      if (!is_in && pipe.device().speed() == Speed::kHigh) pipe.progress.must_ping = true;
      OnNotReady(pipe);
    } else {
      OnError(pipe);  // also if it halted and nobody says why: once more, but not for ever
    }
  }
}

// All packets of a piece have gone, or the device ended it with a short one.
void Dwc2::OnMoved(Pipe& pipe, std::uint32_t moved, std::uint32_t size, bool is_in) {
  PipeProgress& progress = pipe.progress;
  const Transfer& transfer = *pipe.front();
  if (IsControl(pipe) && progress.stage == Stage::kSetup) {
    progress.is_odd = true;
    progress.stage = transfer.setup.length > 0 ? Stage::kData : Stage::kStatus;
    Enqueue(pipe);
    return;
  }
  if (IsControl(pipe) && progress.stage == Stage::kStatus) {
    End(pipe, moved > 0 && is_in ? Status::kBabble : Status::kDone);
    return;
  }
  const std::size_t wanted = WantedOf(pipe);
  if (DoneOf(pipe) + moved > wanted) {
    End(pipe, Status::kBabble);
    return;
  }
  AddDone(pipe, moved);
  bool is_done = is_in ? moved < size || DoneOf(pipe) == wanted : DoneOf(pipe) == wanted;
  if (is_done && !is_in && transfer.ends_with_short && !progress.owes_empty && wanted > 0 &&
      wanted % pipe.endpoint().max_packet == 0) {
    progress.owes_empty = true;
    is_done = false;
  }
  if (!is_done) {
    Enqueue(pipe);
  } else if (IsControl(pipe)) {
    progress.stage = Stage::kStatus;
    Enqueue(pipe);
  } else {
    End(pipe, Status::kDone);
  }
}

void Dwc2::OnError(Pipe& pipe) {
  pipe.progress.is_completing = false;
  if (++pipe.progress.errors >= kMostErrors) {
    End(pipe, Status::kBroken);
  } else {
    Enqueue(pipe);
  }
}

// NAK: a periodic endpoint is asked again after its interval, a device behind a translator after a pause.
void Dwc2::OnNotReady(Pipe& pipe) {
  pipe.progress.is_completing = false;
  pipe.progress.errors = 0;
  if (pipe.endpoint().type == TransferType::kInterrupt) {
    pipe.progress.not_before = now_ + IntervalOf(pipe);
  } else if (IsSplit(pipe)) {
    pipe.progress.not_before = now_ + kHoldOff;
  }
  Enqueue(pipe);
}

// [USB2] 11.17.1, 11.20
void Dwc2::OnStartSplit(Pipe& pipe, HCINT what) {
  if (what.Has<HCINT::ACK>()) {
    pipe.progress.is_completing = true;
    pipe.progress.attempts = 0;
    Enqueue(pipe);
  } else if (what.Has<HCINT::NAK>()) {
    OnNotReady(pipe);  // the translator's buffers are in use
  } else {
    OnError(pipe);
  }
}

// Whether the translator has no result yet, and will be asked for it again.
bool Dwc2::OnCompleteSplit(Pipe& pipe, HCINT what) {
  PipeProgress& progress = pipe.progress;
  if (!what.Has<HCINT::NYET>()) return false;
  const bool is_periodic = pipe.endpoint().type == TransferType::kInterrupt;
  if (++progress.attempts >= (is_periodic ? kPeriodicCompletions : kMostCompletions)) {
    OnError(pipe);
    return true;
  }
  ++progress.due_frame;
  Enqueue(pipe);
  return true;
}

void Dwc2::End(Pipe& pipe, Status status) {
  if (pipe.endpoint().type == TransferType::kInterrupt) pipe.progress.not_before = now_ + IntervalOf(pipe);
  Finish(pipe, status, DoneOf(pipe));
}

// [USB2] 9.6.6
Duration Dwc2::IntervalOf(const Pipe& pipe) const {
  const std::uint8_t interval = std::max<std::uint8_t>(pipe.endpoint().interval, 1);
  if (pipe.device().speed() != Speed::kHigh) return Duration::Milliseconds(interval);
  return Duration::Microseconds(std::int64_t{125} << (std::min<std::uint8_t>(interval, 16) - 1));
}

}  // namespace drivers::usb_host::dwc2
