#include "net/interface/interface.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/context.h"
#include "net/device.h"
#include "net/interface/linearise.h"
#include "net/interface/software_checksum.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/tcp.h"

namespace net {
namespace {

using kernel::Error;
using kernel::Fail;

// Queues that used_queues_ has bits for.
constexpr std::uint16_t kMostQueues = 32;

// What software cuts may be as large as IP's length field allows, below the largest headers of IP and TCP.
constexpr std::uint32_t kLargestSoftwareSegment = 65535 - 60 - 60;

// All of the header and not a byte more: what is looked at leaves shared buffers where they are in pieces.
std::span<const std::byte> PeekHeader(Packet& frame) {
  const std::span<const std::byte> bytes = frame.Peek(wire::kEthernetSize);
  if (bytes.empty()) return {};
  const auto type = static_cast<wire::EtherType>(wire::LoadBig<std::uint16_t>(bytes.data() + wire::kEthernetSize - 2));
  return type == wire::EtherType::kVlan ? frame.Peek(wire::kTaggedEthernetSize) : bytes;
}

}  // namespace

Interface::Interface(Context& context, Device& device, const Options& options)
    : context_(context),
      device_(device),
      can_(device.capabilities()),
      root_(*this),
      mac_(can_.mac),
      index_(options.index),
      is_loopback_(options.is_loopback),
      has_link_(device.HasLink()),
      mtu_(can_.mtu) {
  CHECK(can_.queues >= 1 && can_.queues <= kMostQueues);
}

Interface::Interface(Interface& parent, std::uint16_t vlan, std::uint8_t index)
    : context_(parent.context_),
      device_(parent.device_),
      can_(parent.can_),
      root_(parent),
      vlan_(vlan),
      mac_(parent.mac_),
      index_(index),
      is_loopback_(parent.is_loopback_),
      mtu_(parent.mtu_) {
  CHECK(&parent.root_ == &parent && vlan >= 1 && vlan <= wire::kMostVlanId);
  for (const Interface* other = parent.vlans_; other != nullptr; other = other->next_) CHECK(other->vlan_ != vlan);
  next_ = std::exchange(parent.vlans_, this);
}

void Interface::SetMtu(std::uint16_t mtu) {
  CHECK(mtu <= can_.mtu);
  mtu_ = mtu;
}

std::uint32_t Interface::largest_segment() const {
  const std::uint32_t by_device = can_.largest_segment;
  return by_device == 0 && root_.segmenter_ != nullptr ? kLargestSoftwareSegment : by_device;
}

void Interface::Register(wire::EtherType type, FrameReceiver& receiver) {
  CHECK(receiver_count_ < kMostReceivers);
  for (const Receiver& other : std::span(receivers_).first(receiver_count_)) CHECK(other.type != type);
  receivers_[receiver_count_++] = {.type = type, .receiver = &receiver};
}

Interface::Group* Interface::FindGroup(const MacAddress& mac) {
  const auto groups = std::span(groups_).first(group_count_);
  const auto found = std::ranges::find(groups, mac, &Group::mac);
  return found == groups.end() ? nullptr : &*found;
}

kernel::Result<void> Interface::JoinGroup(const MacAddress& group) {
  CHECK(group.IsGroup());
  if (Group* const joined = FindGroup(group)) {
    ++joined->joins;
    return {};
  }
  if (group_count_ == kMostGroups) return Fail(Error::kOutOfMemory);
  groups_[group_count_++] = {.mac = group, .joins = 1};
  return {};
}

void Interface::LeaveGroup(const MacAddress& group) {
  Group* const joined = FindGroup(group);
  CHECK(joined != nullptr);
  if (--joined->joins == 0) *joined = groups_[--group_count_];
}

void Interface::AddLinkListener(LinkListener& listener) { listener.next_ = std::exchange(root_.listeners_, &listener); }

void Interface::RemoveLinkListener(LinkListener& listener) {
  for (LinkListener** place = &root_.listeners_; *place != nullptr; place = &(*place)->next_) {
    if (*place != &listener) continue;
    *place = std::exchange(listener.next_, nullptr);
    return;
  }
}

// The queues behind the first.
bool Interface::PollOthers() {
  bool may_have_more = false;
  for (std::uint16_t queue = 1; queue < can_.queues; ++queue) {
    const std::size_t count = device_.Receive(queue, batch_);
    if (count > 0) ReceiveBatch(count);
    may_have_more |= count == kBatch;
  }
  return may_have_more;
}

void Interface::TellLinkListeners() {
  has_link_ = !has_link_;
  // A listener may leave while it is told.
  for (LinkListener *listener = listeners_, *next; listener != nullptr; listener = next) {
    next = listener->next_;
    listener->OnLinkChange(*this, has_link_);
  }
}

// What is for a group, or for all.
[[gnu::noinline]] bool Interface::IsForUs(const MacAddress& destination) const {
  if (!destination.IsGroup()) return false;
  if (destination == kBroadcastMac) return true;
  const auto groups = std::span(groups_).first(group_count_);
  return std::ranges::find(groups, destination, &Group::mac) != groups.end();
}

// One function for the compiler: each frame goes through all of it.
[[gnu::always_inline]] inline void Interface::Deliver(Packet& packet, MacAddress destination, wire::EtherType type) {
  if (destination != mac_ && !IsForUs(destination)) [[unlikely]] {
    ++counters_.not_for_us;
    return;
  }
  for (const Receiver& receiver : std::span<const Receiver>(receivers_.data(), receiver_count_)) {
    if (receiver.type != type) continue;
    ++counters_.received;
    receiver.receiver->Receive(packet, {.interface = this, .is_group = destination.IsGroup()});
    return;
  }
  ++counters_.unknown_type;
}

// Nearly all frames have no tag, and nothing to look at but three fields.
[[gnu::always_inline]] inline void Interface::ReceiveFrame(Packet& frame) {
  const std::span<const std::byte> bytes = frame.Peek(wire::kEthernetSize);
  if (bytes.empty() || !wire::Ethernet::IsUsual(bytes.data())) [[unlikely]]
    return ReceiveUnusual(frame);
  const std::byte* const header = bytes.data();
  const MacAddress destination = wire::Ethernet::DestinationOf(header);
  const wire::EtherType type = wire::Ethernet::TypeOf(header);
  frame.DropFront(wire::kEthernetSize);
  Deliver(frame, destination, type);
}

void Interface::ReceiveUnusual(Packet& frame) {
  const kernel::Result<wire::Ethernet> header = wire::Ethernet::Parse(PeekHeader(frame));
  if (!header) {
    ++counters_.malformed;
    return;
  }
  frame.DropFront(header->size());
  Interface* interface = this;
  // A tag of VLAN 0 says only how urgent the frame is. [IEEE802.1Q] 9.6
  if (header->vlan && *header->vlan != 0) {
    for (interface = vlans_; interface != nullptr && interface->vlan_ != header->vlan;) interface = interface->next_;
    if (interface == nullptr) {
      ++counters_.unknown_vlan;
      return;
    }
  }
  interface->Deliver(frame, header->destination, header->type);
}

void Interface::ReceiveBatch(std::size_t count) {
  if (filter_ != nullptr && count > 1) count = filter_->Filter(std::span(batch_).first(count));
  for (Packet& frame : std::span(batch_).first(count)) {
    ReceiveFrame(frame);
    frame = Packet();
  }
}

kernel::Result<void> Interface::SendTagged(Packet packet, const MacAddress& destination, wire::EtherType type) {
  const wire::Ethernet header = {.destination = destination, .source = mac_, .type = type, .vlan = vlan_};
  header.Write(packet.Prepend(header.size()));
  PacketInfo& info = packet.info();
  info.checksum_start = static_cast<std::uint16_t>(info.checksum_start + header.size());
  kernel::Result<void> result = root_.TransmitFrame(std::move(packet));
  if (result) ++counters_.transmitted;
  return result;
}

// The packets of a flow stay in order, because they share a queue.
[[gnu::noinline]] std::uint16_t Interface::QueueFor(const Packet& frame) const {
  const std::uint16_t queues = can_.queues;
  if (queues == 1 || frame.info().checksum != PacketInfo::Checksum::kPartial) return 0;
  std::array<std::byte, 4> ports = {};
  frame.CopyTo(frame.info().checksum_start, ports);
  std::uint32_t mixed = 0;
  for (const std::byte byte : ports) mixed = mixed * 31 + static_cast<std::uint32_t>(byte);
  return static_cast<std::uint16_t>(mixed % queues);
}

// A path may have moved here from an interface whose device cuts more. The largest TCP header leaves the least payload.
bool Interface::CanDeviceCut(const Packet& frame) const {
  const std::uint32_t largest = can_.largest_segment;
  return largest != 0 && frame.size() <= std::size_t{frame.info().checksum_start} + wire::kMostTcpSize + largest;
}

[[gnu::always_inline]] inline kernel::Result<void> Interface::TransmitAt(std::uint16_t queue, Packet frame) {
  if (!device_.Transmit(queue, std::move(frame))) [[unlikely]] {
    ++counters_.transmit_full;
    return Fail(Error::kWouldBlock);
  }
  ++counters_.transmitted;
  // Whoever sends first, and not within a turn, has it flushed soon.
  if (used_queues_ == 0 && !context_.IsInTurn()) context_.RequestPoll();
  used_queues_ |= std::uint32_t{1} << queue;
  return {};
}

// Apart from the usual way: what needs the frame's address would keep it in memory there.
[[gnu::noinline]] kernel::Result<void> Interface::TransmitAtOneOf(Packet frame) {
  const std::uint16_t queue = QueueFor(frame);
  return TransmitAt(queue, std::move(frame));
}

[[gnu::noinline]] kernel::Result<void> Interface::TransmitSummed(Packet frame) {
  ++counters_.summed;
  if (FinishUsualChecksum(frame) || FinishChecksum(frame)) [[likely]]
    return can_.queues == 1 ? TransmitAt(0, std::move(frame)) : TransmitAtOneOf(std::move(frame));
  ++counters_.transmit_unfit;
  return Fail(Error::kTooLong);
}

kernel::Result<void> Interface::TransmitFrame(Packet frame) {
  const PacketInfo& info = frame.info();
  if (info.segmentation != PacketInfo::Segmentation::kNone || frame.slices().size() > can_.most_slices) {
    return TransmitUnfit(std::move(frame));
  }
  if (info.checksum == PacketInfo::Checksum::kPartial && !can_.can_sum_transmitted) {
    return TransmitSummed(std::move(frame));
  }
  return can_.queues == 1 ? TransmitAt(0, std::move(frame)) : TransmitAtOneOf(std::move(frame));
}

// What is to be cut, or lies in more slices than the device takes.
kernel::Result<void> Interface::TransmitUnfit(Packet frame) {
  if (frame.info().segmentation != PacketInfo::Segmentation::kNone && !CanDeviceCut(frame)) {
    if (segmenter_ == nullptr) {
      ++counters_.transmit_unfit;
      return Fail(Error::kTooLong);
    }
    ++counters_.segmented;
    return segmenter_->Segment(std::move(frame), *this);
  }
  if (frame.slices().size() > can_.most_slices) {
    ++counters_.linearised;
    const kernel::Result<void> fit = Linearise(frame, can_.most_slices, context_.packets(), context_.buffers());
    if (!fit) {
      ++counters_.transmit_unfit;
      return fit;
    }
  }
  const bool must_sum = frame.info().checksum == PacketInfo::Checksum::kPartial && !can_.can_sum_transmitted;
  return must_sum ? TransmitSummed(std::move(frame)) : TransmitAtOneOf(std::move(frame));
}

bool Interface::FlushQueues() {
  for (std::uint32_t rest = std::exchange(used_queues_, 0); rest != 0; rest &= rest - 1) {
    device_.Flush(static_cast<std::uint16_t>(std::countr_zero(rest)));
  }
  return is_loopback_;
}

}  // namespace net
