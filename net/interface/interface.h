// A network interface: frames between a device and the layers above. It looks at the Ethernet header, gives each frame
// to the receiver of its EtherType, and finishes in software what the device cannot do on the way down.
//
// Addresses of IP are no business of this layer: IPv4 and IPv6 keep theirs.
#ifndef ENKEL_NET_INTERFACE_INTERFACE_H_
#define ENKEL_NET_INTERFACE_INTERFACE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/context.h"
#include "net/device.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/ethernet.h"

namespace net {

class Interface;

// What came with a frame.
struct FrameReceived {
  Interface* interface = nullptr;  // the one of its VLAN, if it has a tag
  bool is_group = false;           // sent to a group or to all: never a reason for an error message
};

// A layer above, for one EtherType.
class FrameReceiver {
 public:
  // `packet` begins behind the Ethernet header and may end in padding. The callee moves from it to keep it.
  virtual void Receive(Packet& packet, const FrameReceived& frame) = 0;

 protected:
  ~FrameReceiver() = default;
};

// Whoever wants to know that a cable was pulled. A member of what it tells; leaves before it dies.
class LinkListener {
 public:
  virtual void OnLinkChange(Interface& interface, bool has_link) = 0;

 protected:
  ~LinkListener() = default;

 private:
  friend class Interface;
  LinkListener* next_ = nullptr;
};

// Looks at all frames of a poll before anybody else does (coalescing.h).
class BatchFilter {
 public:
  // Leaves in `batch` what is to be received, from its beginning; returns how many.
  virtual std::size_t Filter(std::span<Packet> batch) = 0;

 protected:
  ~BatchFilter() = default;
};

// Cuts large TCP segments for devices that cannot (segmentation.h).
class Segmenter {
 public:
  // Hands the pieces of `frame` to interface.TransmitFrame. Errors: as Interface::Send, if no piece went.
  virtual kernel::Result<void> Segment(Packet frame, Interface& interface) = 0;

 protected:
  ~Segmenter() = default;
};

// Since the interface was made. What is not `received` or `transmitted` is a drop, by its cause.
struct InterfaceCounters {
  std::uint64_t received = 0;  // given to a receiver
  std::uint64_t malformed = 0;
  std::uint64_t not_for_us = 0;    // another host's, or a group that nobody joined
  std::uint64_t unknown_type = 0;  // no receiver for the EtherType
  std::uint64_t unknown_vlan = 0;
  std::uint64_t transmitted = 0;
  std::uint64_t transmit_full = 0;   // the device had no room
  std::uint64_t transmit_unfit = 0;  // no memory to make it fit for the device, or it cannot be made so
  std::uint64_t summed = 0;          // checksums that were finished in software
  std::uint64_t linearised = 0;      // packets that were copied, because they lay in more slices than the device takes
  std::uint64_t segmented = 0;       // large segments that were cut in software
};

// Lives as long as the stack. Nothing here blocks, allocates, or is interrupt-safe.
class Interface {
 public:
  struct Options {
    std::uint8_t index = 1;    // tells interfaces apart; from 1 on
    bool is_loopback = false;  // its device leads back: what comes from it is our own, whatever its addresses
  };

  Interface(Context& context, Device& device, const Options& options);

  // The interface of an 802.1Q tag over `parent`, whose device carries its frames. The parent is no VLAN itself, and
  // no other interface has this tag: CHECKed. [IEEE802.1Q] 9
  Interface(Interface& parent, std::uint16_t vlan, std::uint8_t index);

  Interface(const Interface&) = delete;
  Interface& operator=(const Interface&) = delete;

  std::uint8_t index() const { return index_; }
  bool is_loopback() const { return is_loopback_; }
  const MacAddress& mac() const { return mac_; }
  std::optional<std::uint16_t> vlan() const { return vlan_; }
  bool has_link() const { return root_.has_link_; }  // as of the last poll
  const InterfaceCounters& counters() const { return counters_; }
  DeviceCounters ReadDeviceCounters() const { return device_.ReadCounters(); }
  Context& context() { return context_; }

  // Bytes of the largest IP packet that a frame carries. At most the device's; CHECKed.
  std::uint16_t mtu() const { return mtu_; }
  void SetMtu(std::uint16_t mtu);

  // Bytes of TCP payload that Send takes in one packet with PacketInfo::segmentation; 0: none.
  std::uint32_t largest_segment() const;

  // Frames of `type` go to `receiver`. CHECKs that nobody has it, and that there are not more than kMostReceivers.
  static constexpr std::size_t kMostReceivers = 4;
  void Register(wire::EtherType type, FrameReceiver& receiver);

  // Frames to `group` are received until Leave was called as often as Join. Errors: kOutOfMemory (kMostGroups others).
  static constexpr std::size_t kMostGroups = 32;
  kernel::Result<void> JoinGroup(const MacAddress& group);
  void LeaveGroup(const MacAddress& group);

  void AddLinkListener(LinkListener& listener);
  void RemoveLinkListener(LinkListener& listener);

  // Each optional, each outlives the interface; of a VLAN, the parent's count.
  void UseBatchFilter(BatchFilter& filter) { root_.filter_ = &filter; }
  void UseSegmenter(Segmenter& segmenter) { root_.segmenter_ = &segmenter; }

  // Sends a packet of `type` in a frame of its own. PacketInfo's offsets count from the packet's front as it is given.
  // It leaves with the end of this turn. Errors: kWouldBlock (the device is full), kOutOfMemory (software had to
  // finish it and found no memory), kTooLong (a frame that the device cannot take whatever one does).
  [[gnu::always_inline]] kernel::Result<void> Send(Packet packet, const MacAddress& destination, wire::EtherType type) {
    if (vlan_) [[unlikely]]
      return SendTagged(std::move(packet), destination, type);
    const wire::Ethernet header = {.destination = destination, .source = mac_, .type = type};
    header.Write(packet.Prepend(wire::kEthernetSize));
    PacketInfo& info = packet.info();
    info.checksum_start = static_cast<std::uint16_t>(info.checksum_start + wire::kEthernetSize);
    return TransmitFrame(std::move(packet));
  }

  // The way down behind Send: a whole frame, which PacketInfo describes. Errors: as Send.
  kernel::Result<void> TransmitFrame(Packet frame);

  // For the stack (net/stack), of interfaces with a device, within a turn of the context: Poll receives a bounded batch
  // from each queue, EndTurn flushes. Both return whether there is something to receive at once.
  bool Poll() {
    if (device_.HasLink() != has_link_) [[unlikely]]
      TellLinkListeners();
    const std::size_t count = device_.Receive(0, batch_);
    if (count > 0) ReceiveBatch(count);
    return (can_.queues > 1 && PollOthers()) || count == kBatch;
  }
  bool EndTurn() {
    if (used_queues_ > 1) [[unlikely]]
      return FlushQueues();
    if (used_queues_ == 0) return false;
    used_queues_ = 0;
    device_.Flush(0);
    return is_loopback_;
  }

 private:
  friend class Stack;

  struct Receiver {
    wire::EtherType type;
    FrameReceiver* receiver;
  };
  struct Group {
    MacAddress mac;
    std::uint16_t joins;
  };

  kernel::Result<void> SendTagged(Packet packet, const MacAddress& destination, wire::EtherType type);
  void ReceiveFrame(Packet& frame);
  void ReceiveUnusual(Packet& frame);
  void Deliver(Packet& packet, MacAddress destination, wire::EtherType type);
  bool IsForUs(const MacAddress& destination) const;
  Group* FindGroup(const MacAddress& mac);
  void TellLinkListeners();
  bool PollOthers();
  void ReceiveBatch(std::size_t count);
  bool FlushQueues();
  std::uint16_t QueueFor(const Packet& frame) const;
  bool CanDeviceCut(const Packet& frame) const;
  kernel::Result<void> TransmitUnfit(Packet frame);
  kernel::Result<void> TransmitSummed(Packet frame);
  kernel::Result<void> TransmitAtOneOf(Packet frame);
  kernel::Result<void> TransmitAt(std::uint16_t queue, Packet frame);

  Context& context_;
  Device& device_;
  const DeviceCapabilities& can_;  // the device's
  Interface& root_;                // the parent of a VLAN, else itself
  const std::optional<std::uint16_t> vlan_;
  const MacAddress mac_;
  const std::uint8_t index_;
  const bool is_loopback_;
  bool has_link_ = false;
  std::uint16_t mtu_;
  std::uint32_t used_queues_ = 0;  // bits: what to flush
  std::uint8_t receiver_count_ = 0;
  std::uint8_t group_count_ = 0;
  std::array<Receiver, kMostReceivers> receivers_ = {};
  InterfaceCounters counters_;
  BatchFilter* filter_ = nullptr;
  Segmenter* segmenter_ = nullptr;
  LinkListener* listeners_ = nullptr;
  Interface* vlans_ = nullptr;      // of a root: its tagged interfaces, a few
  Interface* next_ = nullptr;       // VLAN of the same parent
  Interface* next_root_ = nullptr;  // in the stack
  std::array<Group, kMostGroups> groups_ = {};

  // Frames from a queue at a turn: enough to share the cost of the turn, few enough for the others to be served soon.
  static constexpr std::size_t kBatch = 32;
  std::array<Packet, kBatch> batch_;  // empty between polls
};

}  // namespace net

#endif  // ENKEL_NET_INTERFACE_INTERFACE_H_
