#include "drivers/net/virtio_net/virtio_net.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "drivers/net/virtio_net/queue_pair.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace drivers::net_virtio {
namespace {

using virtio::Features;
using virtio::Piece;

// [VIRTIO] 5.1.3
constexpr Features VIRTIO_NET_F_CSUM = Features{1} << 0;
constexpr Features VIRTIO_NET_F_GUEST_CSUM = Features{1} << 1;
constexpr Features VIRTIO_NET_F_MTU = Features{1} << 3;
constexpr Features VIRTIO_NET_F_MAC = Features{1} << 5;
constexpr Features VIRTIO_NET_F_GUEST_TSO4 = Features{1} << 7;
constexpr Features VIRTIO_NET_F_GUEST_TSO6 = Features{1} << 8;
constexpr Features VIRTIO_NET_F_HOST_TSO4 = Features{1} << 11;
constexpr Features VIRTIO_NET_F_HOST_TSO6 = Features{1} << 12;
constexpr Features VIRTIO_NET_F_STATUS = Features{1} << 16;
constexpr Features VIRTIO_NET_F_CTRL_VQ = Features{1} << 17;
constexpr Features VIRTIO_NET_F_MQ = Features{1} << 22;
constexpr Features kSeveralPairs = VIRTIO_NET_F_CTRL_VQ | VIRTIO_NET_F_MQ;

// Places in the configuration. [VIRTIO] 5.1.4
constexpr std::size_t kMac = 0;
constexpr std::size_t kStatus = 6;
constexpr std::size_t kMaxPairs = 8;
constexpr std::size_t kMtu = 10;
constexpr std::uint16_t kLinkUp = 1;

// A command to use so many pairs, and what the device answers. [VIRTIO] 5.1.6.5.5
constexpr std::byte VIRTIO_NET_CTRL_MQ{4};
constexpr std::byte VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET{0};
constexpr std::byte VIRTIO_NET_OK{0};
constexpr std::size_t kCommandSize = 4;  // class, command, pairs; the answer follows

constexpr std::size_t kLargestOrdinaryFrame = 1500 + 18;
constexpr std::uint16_t kLeastMtu = 1280;
constexpr std::uint16_t kMostMtu = 9000;

// Payload of a large segment: with all headers (Ethernet's do not count) it is at most 65,535 bytes.
constexpr std::uint32_t kLargestSegment = 65535 - 60 - 60;

template <typename T>
T ReadConfiguration(virtio::Transport& transport, std::size_t place) {
  std::array<std::byte, sizeof(T)> bytes = {};
  transport.ReadConfiguration(place, bytes);
  T value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

}  // namespace

kernel::Result<Features> VirtioNet::Negotiate(virtio::Transport& transport, std::size_t buffer_capacity,
                                              std::uint16_t pairs) {
  Features wanted = VIRTIO_NET_F_CSUM | VIRTIO_NET_F_GUEST_CSUM | VIRTIO_NET_F_MTU | VIRTIO_NET_F_HOST_TSO4 |
                    VIRTIO_NET_F_HOST_TSO6 | VIRTIO_NET_F_STATUS | virtio::kEventIndex | virtio::kIndirect;
  Features required = VIRTIO_NET_F_MAC;
  if ((transport.OfferedFeatures() & VIRTIO_NET_F_MRG_RXBUF) != 0) {
    required |= VIRTIO_NET_F_MRG_RXBUF;
    if (buffer_capacity * net::kMostSlices >= kLargestFrame + kHeaderSize) {
      wanted |= VIRTIO_NET_F_GUEST_TSO4 | VIRTIO_NET_F_GUEST_TSO6;
    }
  } else {
    // One frame lies in one buffer: only what is no larger than that may come.
    if (buffer_capacity < kLargestOrdinaryFrame + kHeaderSize) return kernel::Fail(kernel::Error::kUnsupported);
    wanted &= ~VIRTIO_NET_F_MTU;
  }
  if (pairs > 1) wanted |= kSeveralPairs;
  return virtio::Negotiate(transport, wanted, required);
}

std::uint16_t VirtioNet::CountPairs(virtio::Transport& transport, Features features) {
  if ((features & kSeveralPairs) != kSeveralPairs) return 1;
  return std::clamp<std::uint16_t>(ReadConfiguration<std::uint16_t>(transport, kMaxPairs), 1, kMostPairs);
}

VirtioNet::VirtioNet(virtio::Transport& transport, Features features, const DmaDomain& domain,
                     std::span<PairMemory> pairs, ControlMemory* control, net::PacketPool& packets,
                     net::BufferPool& buffers)
    : transport_(transport), features_(features), control_memory_(control) {
  const auto has = [features](Features all) { return (features & all) == all; };
  transport.ReadConfiguration(kMac, capabilities_.mac.bytes);
  if (has(VIRTIO_NET_F_MTU)) {
    capabilities_.mtu = std::clamp(ReadConfiguration<std::uint16_t>(transport, kMtu), kLeastMtu, kMostMtu);
  }
  capabilities_.most_slices = net::kMostSlices;
  capabilities_.can_sum_transmitted = has(VIRTIO_NET_F_CSUM);
  capabilities_.can_sum_received = has(VIRTIO_NET_F_GUEST_CSUM);
  if (has(VIRTIO_NET_F_CSUM | VIRTIO_NET_F_HOST_TSO4 | VIRTIO_NET_F_HOST_TSO6)) {
    capabilities_.largest_segment = kLargestSegment;
  }
  const auto count = static_cast<std::uint16_t>(
      std::min<std::size_t>(control == nullptr ? 1 : CountPairs(transport, features), pairs.size()));
  CHECK(count > 0);
  while (pair_count_ < count) {
    PairMemory& memory = pairs[pair_count_];
    pairs_[pair_count_] = new (memory.pair.data()) QueuePair(transport, features, domain, memory.shared, packets,
                                                             buffers, pair_count_, buffers.count() / 2 / count);
    ++pair_count_;
  }
  capabilities_.queues = pair_count_;
  if (pair_count_ > 1) {
    // Behind all pairs that the device has, used or not. [VIRTIO] 5.1.2
    const auto number = static_cast<std::uint16_t>(2 * ReadConfiguration<std::uint16_t>(transport, kMaxPairs));
    control_.emplace(transport, number, features, domain, control->rings);
  }
  Start();
}

VirtioNet::~VirtioNet() {
  transport_.SetStatus(0);
  for (QueuePair* const pair : std::span(pairs_).first(pair_count_)) std::destroy_at(pair);
}

void VirtioNet::Start() {
  virtio::Start(transport_);
  for (QueuePair* const pair : std::span(pairs_).first(pair_count_)) pair->Start();
  AskForPairs();
}

// Nobody waits for the answer: until it comes, frames go through the first pair.
void VirtioNet::AskForPairs() {
  active_pairs_ = 1;
  is_asking_ = false;
  if (!control_) return;
  const std::span<std::byte> command = control_memory_->command;
  command[0] = VIRTIO_NET_CTRL_MQ;
  command[1] = VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET;
  std::memcpy(&command[2], &pair_count_, sizeof(pair_count_));
  command[kCommandSize] = ~VIRTIO_NET_OK;
  const std::array<Piece, 2> pieces = {Piece{.bytes = command.first(kCommandSize)},
                                       Piece{.bytes = command.subspan(kCommandSize, 1), .is_for_device = true}};
  is_asking_ = control_->Add(pieces, 0);
  control_->Publish();
}

void VirtioNet::HearOfPairs() {
  if (!control_->TakeUsed()) return;
  is_asking_ = false;
  if (control_memory_->command[kCommandSize] != VIRTIO_NET_OK) return;
  pairs_[0]->Flush();  // whose frames meant for others nobody would flush any more
  active_pairs_ = pair_count_;
}

bool VirtioNet::IsAnyBroken() const {
  for (const QueuePair* const pair : std::span(pairs_).first(pair_count_)) {
    if (pair->is_broken()) return true;
  }
  return control_ && control_->is_broken();
}

bool VirtioNet::IsUsable() const {
  for (const QueuePair* const pair : std::span(pairs_).first(pair_count_)) {
    if (!pair->IsUsable()) return false;
  }
  return true;
}

// Resets the device if it broke the rules, or asks for it, and begins anew.
void VirtioNet::Mend() {
  if (is_given_up_) return;
  if (!needs_reset_ && !IsAnyBroken()) return;
  needs_reset_ = false;
  const std::uint64_t received = ReadCounters().received_frames;
  failures_ = received == received_at_reset_ ? failures_ + 1 : 1;
  received_at_reset_ = received;
  is_given_up_ = failures_ > kMostFailures || !virtio::Negotiate(transport_, features_, features_);
  // The device is off: what it was lent is ours again.
  for (QueuePair* const pair : std::span(pairs_).first(pair_count_)) pair->Restart();
  if (is_given_up_ || !IsUsable()) {
    is_given_up_ = true;
    transport_.SetStatus(0);
    return;
  }
  if (control_) control_->Restart();
  ++resets_;
  is_news_ = true;
  Start();
}

void VirtioNet::OnInterrupt(std::uint32_t why) {
  if ((why & virtio::kConfigurationChanged) != 0) is_news_ = true;
}

bool VirtioNet::HasLink() const {
  if (is_given_up_) return false;
  if (is_news_) {
    is_news_ = false;
    needs_reset_ = virtio::NeedsReset(transport_);
    if ((features_ & VIRTIO_NET_F_STATUS) != 0) {
      has_link_ = (ReadConfiguration<std::uint16_t>(transport_, kStatus) & kLinkUp) != 0;
    }
  }
  return has_link_;
}

std::size_t VirtioNet::Receive(std::uint16_t queue, std::span<net::Packet> packets) {
  CHECK(queue < pair_count_);
  if (is_news_) (void)HasLink();
  if (needs_reset_) [[unlikely]]
    Mend();
  if (is_given_up_) return 0;
  if (is_asking_) HearOfPairs();
  QueuePair& pair = *pairs_[queue];
  const std::size_t count = pair.Receive(packets);
  if (pair.is_broken()) [[unlikely]]
    Mend();
  return count;
}

bool VirtioNet::Transmit(std::uint16_t queue, net::Packet packet) {
  CHECK(queue < pair_count_);
  if (is_given_up_) return false;
  QueuePair& pair = PairFor(queue);
  const bool is_taken = pair.Transmit(std::move(packet));
  if (pair.is_broken()) [[unlikely]]
    Mend();
  return is_taken;
}

std::size_t VirtioNet::TransmitRoom(std::uint16_t queue) const {
  return is_given_up_ ? 0 : PairFor(queue).TransmitRoom();
}

void VirtioNet::Flush(std::uint16_t queue) { PairFor(queue).Flush(); }

net::DeviceCounters VirtioNet::ReadCounters() const {
  net::DeviceCounters sum;
  for (const QueuePair* const pair : std::span(pairs_).first(pair_count_)) {
    const net::DeviceCounters& one = pair->counters();
    sum.received_frames += one.received_frames;
    sum.received_bytes += one.received_bytes;
    sum.transmitted_frames += one.transmitted_frames;
    sum.transmitted_bytes += one.transmitted_bytes;
    sum.receive_drops += one.receive_drops;
    sum.receive_errors += one.receive_errors;
    sum.transmit_drops += one.transmit_drops;
  }
  sum.resets = resets_;
  return sum;
}

}  // namespace drivers::net_virtio
