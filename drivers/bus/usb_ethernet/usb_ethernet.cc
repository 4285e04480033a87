#include "drivers/bus/usb_ethernet/usb_ethernet.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "drivers/bus/usb_ethernet/chip.h"
#include "drivers/bus/usb_ethernet/script.h"
#include "drivers/bus/usb_ethernet/step.h"
#include "kernel/base/check.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace drivers::usb_ethernet {
namespace {

constexpr kernel::Duration kRetry = kernel::Duration::Seconds(1);
constexpr kernel::Duration kRecoveryInterval = kernel::Duration::Milliseconds(10);
constexpr std::uint32_t kLinkUp = 1 << 2;                                       // BMSR. [IEEE802.3] 22.2.4.2
constexpr std::uint32_t kPartnerPause = 1 << 10, kPartnerAsymmetric = 1 << 11;  // ANLPAR. [IEEE802.3] 28B.2

}  // namespace

UsbEthernet::UsbEthernet(const Chip& chip, net::MacAddress mac, Memory& memory, net::PacketPool& packets,
                         net::BufferPool& buffers, kernel::Waker& waker)
    : chip_(chip), memory_(memory), packets_(packets), buffers_(buffers), waker_(waker), script_(*this, chip.mii) {
  CHECK(buffers.capacity() >= kSmallestBuffer && sends() <= kMostSends);
  capabilities_.mac = mac;
  capabilities_.most_slices = net::kMostSlices;
  const auto byte = [&mac](std::size_t index) { return static_cast<std::uint32_t>(mac.bytes[index]); };
  script_[Slot::kMacLow] = byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
  script_[Slot::kMacHigh] = byte(4) | byte(5) << 8;
}

// ---- Coming and going

bool UsbEthernet::Match(const usb::Device& device, const usb::InterfaceDescriptor& interface) const {
  return device_ == nullptr && device.descriptor().vendor == chip_.vendor &&
         device.descriptor().product == chip_.product && interface.alternate == 0;
}

kernel::Result<void> UsbEthernet::OpenPipes(const usb::InterfaceDescriptor& interface) {
  const auto in = interface.FindEndpoint(usb::TransferType::kBulk, usb::Direction::kIn);
  const auto out = interface.FindEndpoint(usb::TransferType::kBulk, usb::Direction::kOut);
  const auto interrupt = interface.FindEndpoint(usb::TransferType::kInterrupt, usb::Direction::kIn);
  if (!in || !out || !interrupt) return kernel::Fail(kernel::Error::kMalformed);
  // What a descriptor says decides how much is asked for: it must fit our memory and the chip's register.
  if (in->max_packet < 64 || kReceiveSize % in->max_packet != 0) return kernel::Fail(kernel::Error::kUnsupported);
  if (interrupt->max_packet < 4 || interrupt->max_packet > 64) return kernel::Fail(kernel::Error::kUnsupported);
  script_[Slot::kBurstCap] = static_cast<std::uint32_t>(chip_.most_burst / in->max_packet);
  interrupt_transfer_.data =
      memory_.interrupt.all().first(memory_.interrupt.bytes.size() / interrupt->max_packet * interrupt->max_packet);
  if (const auto opened = device_->Open(in_, *in); !opened) return opened;
  if (const auto opened = device_->Open(out_, *out); !opened) return opened;
  return device_->Open(interrupt_, *interrupt);
}

usb::Function* UsbEthernet::Attach(usb::Device& device, const usb::InterfaceDescriptor& interface) {
  if (device_ != nullptr) return nullptr;
  device_ = &device;
  if (!OpenPipes(interface)) {
    for (usb::Pipe* const pipe : {&in_, &out_, &interrupt_}) {
      if (pipe->is_open()) device.Close(*pipe);
    }
    device_ = nullptr;
    return nullptr;
  }
  ++counters_.attachments;
  is_gone_ = false;
  full_count_ = first_full_ = 0;
  current_ = kReceives;
  burst_ = {};
  open_ = kMostSends;
  idle_count_ = 0;
  while (idle_count_ < sends()) {
    idle_[idle_count_] = static_cast<std::uint8_t>(idle_count_);
    ++idle_count_;
  }
  Begin();
  return this;
}

void UsbEthernet::OnGone() {
  is_gone_ = true;
  is_ready_ = false;
  SetLink(false);
}

void UsbEthernet::Detach() {
  script_.Abandon();
  device_->CancelTimer(*this);
  stage_ = Stage::kIdle;
  is_ready_ = false;
  SetLink(false);
  full_count_ = 0;
  current_ = kReceives;
  burst_ = {};
  waiting_.Clear();
  device_ = nullptr;
}

void UsbEthernet::Begin() {
  is_look_due_ = false;
  RunScript(Stage::kStarting, chip_.start);
}

void UsbEthernet::RunScript(Stage stage, std::span<const Step> steps) {
  stage_ = stage;
  script_.Run(*device_, steps);
}

void UsbEthernet::OnTimer() {
  if (is_gone_) return;
  RecoverPipes();
  if (script_.is_running()) return;
  if (!is_ready_) return Begin();
  if (is_look_due_) Look();
}

void UsbEthernet::OnScript(kernel::Result<void> result) {
  if (is_gone_) return;
  if (!result) {
    ++counters_.failed_scripts;
    stage_ = Stage::kIdle;
    is_look_due_ = is_ready_;
    device_->SetTimer(*this, device_->now() + kRetry);
    return;
  }
  switch (std::exchange(stage_, Stage::kIdle)) {
    case Stage::kStarting:
      OnStarted();
      break;
    case Stage::kLooking:
      OnLooked();
      break;
    case Stage::kFollowingLink:
      SetLink(will_have_link_);
      break;
    case Stage::kIdle:
      break;
  }
  if (script_.is_running()) return;
  if (is_look_due_) return Look();
  ListenForInterrupt();
}

void UsbEthernet::OnStarted() {
  is_ready_ = true;
  ++counters_.starts;
  for (std::size_t i = 0; i < kReceives; ++i) SubmitReceive(i);
  Look();
}

// ---- The link

void UsbEthernet::Look() {
  is_look_due_ = script_.is_running();
  if (!is_look_due_) RunScript(Stage::kLooking, chip_.look);
}

void UsbEthernet::OnLooked() {
  const bool is_up = (script_[Slot::kBasicStatus] & kLinkUp) != 0;
  if (!is_up && !has_link_) return;
  will_have_link_ = is_up;
  if (!is_up) {
    SetLink(false);
    return RunScript(Stage::kFollowingLink, chip_.on_link_lost);
  }
  // We are able to pause both ways, and say so. What comes of it: [IEEE802.3] 28B.3
  const std::uint32_t partner = script_[Slot::kPartner];
  const bool is_full = (script_[Slot::kSpeed] & chip_.duplex) != 0;
  const bool is_symmetric = (partner & kPartnerPause) != 0;
  chip_.resolve({.is_full_duplex = is_full,
                 .may_send_pause = is_full && is_symmetric,
                 .obeys_pause = is_full && (is_symmetric || (partner & kPartnerAsymmetric) != 0)},
                script_);
  RunScript(Stage::kFollowingLink, chip_.on_link);
}

void UsbEthernet::SetLink(bool has_link) {
  if (has_link == has_link_) return;
  has_link_ = has_link;
  ++counters_.link_changes;
  waker_.Wake();
}

void UsbEthernet::ListenForInterrupt() {
  if (is_gone_ || !is_ready_ || interrupt_transfer_.is_in_flight()) return;
  interrupt_transfer_.observer = this;
  interrupt_.Submit(interrupt_transfer_);
}

void UsbEthernet::OnInterrupt() {
  NoteError(interrupt_transfer_.status());
  const bool is_whole = interrupt_transfer_.status() == usb::Status::kDone && interrupt_transfer_.actual() >= 4;
  // The chip goes on telling until the PHY was asked: one look first, then the next interrupt.
  if (is_whole && (usb::Load32(memory_.interrupt.bytes.data()) & chip_.phy_interrupt) != 0) return Look();
  ListenForInterrupt();
}

// ---- Transfers

void UsbEthernet::OnComplete(usb::Transfer& transfer) {
  if (is_gone_ || device_ == nullptr) return;
  if (&transfer == &interrupt_transfer_) return OnInterrupt();
  if (&transfer == &recovery_in_ || &transfer == &recovery_out_ || &transfer == &recovery_interrupt_) {
    if (transfer.status() != usb::Status::kDone) device_->SetTimer(*this, device_->now() + kRetry);
    return;
  }
  const auto* const first_receive = receives_.data();
  if (&transfer >= first_receive && &transfer < first_receive + receives_.size()) {
    return OnReceived(static_cast<std::size_t>(&transfer - first_receive));
  }
  OnSent(static_cast<std::size_t>(&transfer - sends_.data()));
}

// An endpoint that stalled, babbled or broke stands still, and is told to go on some time later: a device that fails
// again and again costs little.
void UsbEthernet::NoteError(usb::Status status) {
  if (status != usb::Status::kStall && status != usb::Status::kBabble && status != usb::Status::kBroken) return;
  ++counters_.pipe_errors;
  device_->SetTimer(*this, device_->now() + kRecoveryInterval);
}

void UsbEthernet::RecoverPipes() {
  const auto recover = [this](usb::Pipe& pipe, usb::Transfer& recovery) {
    if (!pipe.is_halted() || recovery.is_in_flight()) return;
    recovery.observer = this;
    recovery.timeout = kRetry;
    device_->ClearHalt(pipe, recovery);
  };
  recover(in_, recovery_in_);
  recover(out_, recovery_out_);
  recover(interrupt_, recovery_interrupt_);
}

void UsbEthernet::SubmitReceive(std::size_t index) {
  usb::Transfer& transfer = receives_[index];
  if (is_gone_ || !is_ready_ || transfer.is_in_flight()) return;
  transfer.data = memory_.receive[index].all();
  transfer.observer = this;
  in_.Submit(transfer);
}

void UsbEthernet::OnReceived(std::size_t index) {
  const usb::Transfer& transfer = receives_[index];
  if (transfer.status() != usb::Status::kDone || transfer.actual() == 0) {
    if (transfer.status() == usb::Status::kDone) ++counters_.empty_bursts;
    NoteError(transfer.status());
    return SubmitReceive(index);
  }
  ++counters_.bursts;
  full_[(first_full_ + full_count_++) % kReceives] = static_cast<std::uint8_t>(index);
  waker_.Wake();
}

// Begins with the next burst that came; the one before goes back for more.
bool UsbEthernet::NextBurst() {
  if (current_ < kReceives) SubmitReceive(std::exchange(current_, kReceives));
  if (full_count_ == 0) return false;
  current_ = full_[first_full_];
  first_full_ = (first_full_ + 1) % kReceives;
  --full_count_;
  burst_ = receives_[current_].received();
  return true;
}

net::Packet UsbEthernet::PacketOf(std::span<const std::byte> frame) {
  net::Packet packet = packets_.Take();
  if (!packet) return {};
  net::Buffer buffer = buffers_.Take();
  if (!buffer) return {};
  __builtin_memcpy(buffer.data(), frame.data(), frame.size());
  if (!packet.Append(std::move(buffer), 0, frame.size())) return {};
  return packet;
}

std::size_t UsbEthernet::Receive(std::uint16_t queue, std::span<net::Packet> packets) {
  CHECK(queue == 0);
  using Verdict = ReceivedFrame::Verdict;
  std::size_t count = 0;
  while (count < packets.size()) {
    if (burst_.empty()) {
      if (!NextBurst()) break;
      continue;
    }
    const ReceivedFrame frame = chip_.take(burst_);
    if (frame.verdict == Verdict::kBadLength || frame.bytes.size() > kSmallestBuffer) {
      ++counters_.bad_lengths;
      ++device_counters_.receive_errors;
      burst_ = {};
      continue;
    }
    if (frame.verdict == Verdict::kDamaged) {
      ++counters_.damaged_frames;
      ++device_counters_.receive_errors;
      continue;
    }
    if (frame.verdict == Verdict::kBadChecksum) ++counters_.bad_checksums;
    net::Packet packet = PacketOf(frame.bytes);
    if (!packet) {
      ++device_counters_.receive_drops;
      continue;
    }
    ++device_counters_.received_frames;
    device_counters_.received_bytes += frame.bytes.size();
    packets[count++] = std::move(packet);
  }
  return count;
}

// ---- Sending

std::size_t UsbEthernet::FramesPerBatch() const { return chip_.send_size / (kCommandSize + kSmallestBuffer); }

bool UsbEthernet::FitsBatch(std::size_t size) const {
  if (open_ == kMostSends) return false;
  // One frame a transfer where no more than one fits for certain.
  if (FramesPerBatch() == 1 && open_size_ > 0) return false;
  return (open_size_ + 3) / 4 * 4 + kCommandSize + size <= chip_.send_size;
}

bool UsbEthernet::OpenBatch() {
  SendBatch();
  if (idle_count_ == 0) return false;
  open_ = idle_[--idle_count_];
  open_size_ = 0;
  return true;
}

void UsbEthernet::SendBatch() {
  if (open_ == kMostSends) return;
  const std::size_t index = std::exchange(open_, kMostSends);
  usb::Transfer& transfer = sends_[index];
  transfer.data = memory_.send.all().subspan(index * chip_.send_size, open_size_);
  transfer.observer = this;
  transfer.ends_with_short = true;
  ++counters_.batches;
  out_.Submit(transfer);
}

// Copies a frame into a batch. False: there is no room.
bool UsbEthernet::Put(const net::Packet& packet) {
  const std::size_t size = packet.size();
  if (!FitsBatch(size) && !OpenBatch()) return false;
  const std::span<std::byte> bytes = memory_.send.all().subspan(open_ * chip_.send_size, chip_.send_size);
  while (open_size_ % 4 != 0) bytes[open_size_++] = std::byte{0};
  chip_.write_command(bytes.subspan(open_size_).first<kCommandSize>(), size);
  packet.CopyTo(0, bytes.subspan(open_size_ + kCommandSize, size));
  open_size_ += kCommandSize + size;
  ++device_counters_.transmitted_frames;
  device_counters_.transmitted_bytes += size;
  return true;
}

bool UsbEthernet::Transmit(std::uint16_t queue, net::Packet packet) {
  CHECK(queue == 0);
  if (!has_link_ || packet.size() > kSmallestBuffer || waiting_.count() >= kMostWaiting) {
    ++device_counters_.transmit_drops;
    return false;
  }
  if (!waiting_.IsEmpty() || !Put(packet)) waiting_.Push(std::move(packet));
  return true;
}

std::size_t UsbEthernet::TransmitRoom(std::uint16_t) const { return has_link_ ? kMostWaiting - waiting_.count() : 0; }

// A batch is left open while two are on their way: more frames join it until one of them is done.
void UsbEthernet::Flush(std::uint16_t) {
  const std::size_t in_flight = sends() - idle_count_ - (open_ == kMostSends ? 0 : 1);
  if (in_flight < 2 && !is_gone_ && device_ != nullptr) SendBatch();
}

void UsbEthernet::OnSent(std::size_t index) {
  idle_[idle_count_++] = static_cast<std::uint8_t>(index);
  NoteError(sends_[index].status());
  while (!waiting_.IsEmpty()) {
    net::Packet packet = waiting_.Pop();
    if (Put(packet)) continue;
    waiting_.PushFront(std::move(packet));
    break;
  }
  Flush(0);
}

}  // namespace drivers::usb_ethernet
