#include "drivers/net/cdc_ecm/cdc_ecm.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/check.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace drivers::cdc_ecm {
namespace {

using kernel::Duration;
using usb::Status;

// [CDC] 4.2, 4.3, 4.5
constexpr std::uint8_t kCommunications = 2;
constexpr std::uint8_t kEthernetControlModel = 6;

// [ECM] 6.2
constexpr std::uint8_t SET_ETHERNET_PACKET_FILTER = 0x43;
constexpr std::uint16_t PACKET_TYPE_PROMISCUOUS = 1 << 0;
constexpr std::uint16_t PACKET_TYPE_ALL_MULTICAST = 1 << 1;
constexpr std::uint16_t PACKET_TYPE_DIRECTED = 1 << 2;
constexpr std::uint16_t PACKET_TYPE_BROADCAST = 1 << 3;

constexpr std::byte kNotification{0xa1};  // [ECM] 6.3
constexpr std::byte NETWORK_CONNECTION{0x00};
constexpr std::size_t kNotificationHeader = 8;  // bytes

constexpr std::size_t kSmallestFrame = 14;
constexpr Duration kRequestPatience = Duration::Seconds(1);
constexpr Duration kRecoveryInterval = Duration::Milliseconds(10);

}  // namespace

CdcEcm::CdcEcm(net::MacAddress mac, Memory& memory, net::PacketPool& packets, net::BufferPool& buffers,
               kernel::Waker& waker)
    : memory_(memory), packets_(packets), buffers_(buffers), waker_(waker) {
  CHECK(buffers.capacity() >= kLargestFrame);
  capabilities_.mac = mac;
  capabilities_.most_slices = net::kMostSlices;
}

bool CdcEcm::Match(const usb::Device& device, const usb::InterfaceDescriptor& interface) const {
  return device_ == nullptr && interface.interface_class == kCommunications &&
         interface.subclass == kEthernetControlModel && Functions::Find(device.configuration(), interface).has_value();
}

usb::Function* CdcEcm::Attach(usb::Device& device, const usb::InterfaceDescriptor& interface) {
  const kernel::Result<Functions> found = Functions::Find(device.configuration(), interface);
  if (device_ != nullptr || !found) return nullptr;
  device_ = &device;
  functions_ = *found;
  control_interface_ = interface.number;
  // Notifications may be missing, or too long for us: then the link is what its adapter is.
  const auto notifications = interface.FindEndpoint(usb::TransferType::kInterrupt, usb::Direction::kIn);
  if (notifications && notifications->max_packet <= memory_.notification.bytes.size()) {
    (void)device.Open(notifications_, *notifications);
  }
  ++counters_.attachments;
  is_connected_ = true;
  full_count_ = 0;
  idle_count_ = 0;
  for (usb::Transfer& transfer : sends_) idle_[idle_count_++] = &transfer;
  constexpr std::uint16_t kMacString = 2 + 2 * 12;
  Request(Step::kMac, usb::GetDescriptor(usb::kStringDescriptor, functions_.mac_string, kMacString, usb::kEnglish));
  return this;
}

void CdcEcm::OnGone() {
  step_ = Step::kIdle;
  device_->CancelTimer(*this);
  waker_.Wake();
}

void CdcEcm::Detach() {
  device_ = nullptr;
  full_count_ = 0;
  device_counters_.transmit_drops += waiting_.count();
  waiting_.Clear();
}

// --- The start.

void CdcEcm::Request(Step step, const usb::Setup& setup) {
  step_ = step;
  request_.setup = setup;
  request_.data = memory_.control.all();
  request_.timeout = kRequestPatience;
  request_.observer = this;
  device_->control().Submit(request_);
}

void CdcEcm::OnRequest() {
  switch (step_) {
    case Step::kMac:
      Request(Step::kInterface, usb::SetInterface(functions_.data_interface, functions_.data_setting));
      break;
    case Step::kInterface: {
      std::array<char, 12> text;
      const std::size_t size = usb::ParseString(memory_.control.all().first(2 + 2 * text.size()), text);
      const kernel::Result<net::MacAddress> mac = ParseMac(std::span(text).first(size));
      AskFilter(!mac || *mac != capabilities_.mac);
      break;
    }
    case Step::kFilter:
      if (request_.status() != Status::kDone) ++counters_.refused_filter;  // it hears what it hears
      Begin();
      break;
    case Step::kIdle:
    case Step::kRunning:
      break;
  }
}

void CdcEcm::AskFilter(bool hears_everything) {
  const std::uint16_t filter = PACKET_TYPE_ALL_MULTICAST | PACKET_TYPE_DIRECTED | PACKET_TYPE_BROADCAST |
                               (hears_everything ? PACKET_TYPE_PROMISCUOUS : 0);
  Request(Step::kFilter, {.request_type = usb::kClassRequest | usb::kToInterface,
                          .request = SET_ETHERNET_PACKET_FILTER,
                          .value = filter,
                          .index = control_interface_});
}

void CdcEcm::Begin() {
  if (!device_->Open(in_, functions_.in) || !device_->Open(out_, functions_.out)) {
    step_ = Step::kIdle;
    return;
  }
  step_ = Step::kRunning;
  for (usb::Transfer& transfer : receives_) SubmitReceive(transfer);
  Listen();
  waker_.Wake();
}

// --- Transfers.

void CdcEcm::OnComplete(usb::Transfer& transfer) {
  if (device_->is_gone()) return;
  if (&transfer == &request_) return OnRequest();
  if (&transfer == &notification_) return OnNotification();
  if (&transfer >= receives_.data() && &transfer < receives_.data() + receives_.size()) return OnReceived(transfer);
  if (&transfer >= sends_.data() && &transfer < sends_.data() + sends_.size()) return OnSent(transfer);
  // A halt that could not be cleared is tried again.
  if (transfer.status() != Status::kDone) NoteError(Status::kStall);
}

// A pipe that failed stands still for a while: an adapter that fails again and again costs little.
void CdcEcm::NoteError(Status status) {
  if (status != Status::kStall && status != Status::kBabble && status != Status::kBroken) return;
  ++counters_.pipe_errors;
  device_->SetTimer(*this, device_->now() + kRecoveryInterval);
}

void CdcEcm::OnTimer() {
  const auto recover = [this](usb::Pipe& pipe, usb::Transfer& recovery) {
    if (!pipe.is_open() || !pipe.is_halted() || recovery.is_in_flight()) return;
    recovery.observer = this;
    recovery.timeout = kRequestPatience;
    device_->ClearHalt(pipe, recovery);
  };
  recover(in_, recovery_in_);
  recover(out_, recovery_out_);
  recover(notifications_, recovery_notifications_);
}

void CdcEcm::Listen() {
  if (!notifications_.is_open()) return;
  notification_.data = memory_.notification.all().first(notifications_.endpoint().max_packet);
  notification_.observer = this;
  notifications_.Submit(notification_);
}

void CdcEcm::OnNotification() {
  NoteError(notification_.status());
  const std::span<const std::byte> bytes = notification_.received();
  if (notification_.status() == Status::kDone && bytes.size() >= kNotificationHeader && bytes[0] == kNotification &&
      bytes[1] == NETWORK_CONNECTION) {
    is_connected_ = usb::Load16(&bytes[2]) != 0;
    waker_.Wake();
  }
  Listen();
}

void CdcEcm::SubmitReceive(usb::Transfer& transfer) {
  transfer.data = memory_.receive[static_cast<std::size_t>(&transfer - receives_.data())].all();
  transfer.observer = this;
  in_.Submit(transfer);
}

void CdcEcm::OnReceived(usb::Transfer& transfer) {
  const std::size_t size = transfer.actual();
  if (transfer.status() == Status::kDone && size >= kSmallestFrame && size <= kLargestFrame) {
    full_[full_count_++] = &transfer;
    waker_.Wake();
    return;
  }
  NoteError(transfer.status());
  if (transfer.status() == Status::kDone && size > 0) ++device_counters_.receive_errors;
  SubmitReceive(transfer);
}

net::Packet CdcEcm::PacketOf(std::span<const std::byte> frame) {
  net::Packet packet = packets_.Take();
  net::Buffer buffer = buffers_.Take();
  if (!packet || !buffer) return {};
  std::ranges::copy(frame, buffer.data());
  if (!packet.Append(std::move(buffer), 0, frame.size())) return {};
  return packet;
}

std::size_t CdcEcm::Receive(std::uint16_t queue, std::span<net::Packet> packets) {
  CHECK(queue == 0);
  if (step_ != Step::kRunning) return 0;
  std::size_t count = 0;
  std::size_t taken = 0;
  while (taken < full_count_ && count < packets.size()) {
    usb::Transfer& transfer = *full_[taken++];
    net::Packet packet = PacketOf(transfer.received());
    if (packet) {
      ++device_counters_.received_frames;
      device_counters_.received_bytes += packet.size();
      packets[count++] = std::move(packet);
    } else {
      ++device_counters_.receive_drops;
    }
    SubmitReceive(transfer);
  }
  std::copy(full_.begin() + static_cast<std::ptrdiff_t>(taken),
            full_.begin() + static_cast<std::ptrdiff_t>(full_count_), full_.begin());
  full_count_ -= taken;
  return count;
}

// Into an idle transfer: there is one.
void CdcEcm::Put(const net::Packet& packet) {
  const std::size_t size = packet.size();
  usb::Transfer& transfer = *idle_[--idle_count_];
  const std::span<std::byte> room = memory_.send[static_cast<std::size_t>(&transfer - sends_.data())].all();
  packet.CopyTo(0, room);
  transfer.data = room.first(size);
  transfer.ends_with_short = true;
  transfer.observer = this;
  ++device_counters_.transmitted_frames;
  device_counters_.transmitted_bytes += size;
  out_.Submit(transfer);
}

bool CdcEcm::Transmit(std::uint16_t queue, net::Packet packet) {
  CHECK(queue == 0);
  if (TransmitRoom(0) == 0 || packet.size() > kLargestFrame) {
    ++device_counters_.transmit_drops;
    return false;
  }
  if (idle_count_ > 0 && waiting_.IsEmpty()) {
    Put(packet);
  } else {
    waiting_.Push(std::move(packet));
  }
  return true;
}

void CdcEcm::OnSent(const usb::Transfer& transfer) {
  idle_[idle_count_++] = &sends_[static_cast<std::size_t>(&transfer - sends_.data())];
  NoteError(transfer.status());
  if (!waiting_.IsEmpty()) Put(waiting_.Pop());
  waker_.Wake();
}

}  // namespace drivers::cdc_ecm
