// What the stack asks of a network device, and what a driver comes to. The interface is the stack's: drivers, and the
// wrappers of net/link (tracer, pcap, faults, loopback), implement it.
//
// Frames are Ethernet frames without preamble and check sequence, from the destination address on. A device is polled:
// its interrupt only wakes the loop, which calls the interface's Poll.
#ifndef ENKEL_NET_DEVICE_H_
#define ENKEL_NET_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace net {

// What a device can do beyond moving whole frames. Constant after the device was made.
struct DeviceCapabilities {
  MacAddress mac = {};
  std::uint16_t mtu = 1500;           // bytes of an Ethernet frame's payload
  std::uint16_t queues = 1;           // pairs of receive and transmit queues, 0 to queues - 1
  std::uint16_t most_slices = 1;      // pieces of payload that a sent packet may have; its header part comes on top
  std::uint32_t largest_segment = 0;  // bytes of TCP payload that the device cuts into segments itself; 0: it cannot
  bool can_sum_transmitted = false;   // accepts PacketInfo::Checksum::kPartial
  bool can_sum_received = false;      // reports kVerified or kPartial
};

// Since the device was made.
struct DeviceCounters {
  std::uint64_t received_frames = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t transmitted_frames = 0;
  std::uint64_t transmitted_bytes = 0;
  std::uint64_t receive_drops = 0;   // frames that were lost for want of a buffer
  std::uint64_t receive_errors = 0;  // frames that came damaged
  std::uint64_t transmit_drops = 0;  // packets that Transmit did not take, or that a reset lost
  std::uint64_t resets = 0;          // times that the device broke, and was started anew
};

// Nothing here blocks, and nothing is interrupt-safe.
class Device {
 public:
  virtual const DeviceCapabilities& capabilities() const = 0;

  // Whether the cable is in, and the other end there.
  virtual bool HasLink() const = 0;

  // Moves up to packets.size() received frames into `packets`; returns how many. Fewer than asked for: no more wait
  // now, and the device will wake its user when one comes.
  virtual std::size_t Receive(std::uint16_t queue, std::span<Packet> packets) = 0;

  // Queues a frame. False when the queue is full: the frame is gone, counted as a drop. A packet of more slices than
  // most_slices is the caller's bug. It is on its way for certain only after Flush.
  virtual bool Transmit(std::uint16_t queue, Packet packet) = 0;

  // How many more packets Transmit will take now.
  virtual std::size_t TransmitRoom(std::uint16_t queue) const = 0;

  // Starts what was queued: once a turn, not once a frame.
  virtual void Flush(std::uint16_t queue) = 0;

  virtual DeviceCounters ReadCounters() const = 0;

 protected:
  ~Device() = default;
};

}  // namespace net

#endif  // ENKEL_NET_DEVICE_H_
