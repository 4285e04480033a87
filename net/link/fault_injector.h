// Makes a device as bad as one likes: frames that are received get lost, doubled, damaged, cut off or overtaken.
#ifndef ENKEL_NET_LINK_FAULT_INJECTOR_H_
#define ENKEL_NET_LINK_FAULT_INJECTOR_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/device.h"
#include "net/link/device_wrapper.h"
#include "net/packet/packet.h"
#include "net/random_source.h"

namespace net::link {

// How many of a million received frames have each fault. Each is decided by itself.
struct FaultRates {
  std::uint32_t lost = 0;
  std::uint32_t doubled = 0;
  std::uint32_t damaged = 0;    // one bit is wrong
  std::uint32_t cut = 0;        // the end is missing
  std::uint32_t overtaken = 0;  // held back until the next frame has passed
};

struct FaultCounters {
  std::uint64_t lost = 0;
  std::uint64_t doubled = 0;
  std::uint64_t damaged = 0;
  std::uint64_t cut = 0;
  std::uint64_t overtaken = 0;
};

// The same random words give the same faults. A doubled or damaged frame is a copy in buffers of `buffers`, packets of
// `packets`; where these are empty, the frame passes unharmed. All arguments must outlive it.
class FaultInjector final : public DeviceWrapper {
 public:
  FaultInjector(Device& device, RandomSource& random, PacketPool& packets, BufferPool& buffers);
  ~FaultInjector() = default;

  void SetRates(const FaultRates& rates) { rates_ = rates; }
  const FaultCounters& faults() const { return faults_; }

  std::size_t Receive(std::uint16_t queue, std::span<Packet> packets) override;

 private:
  bool Happens(std::uint32_t rate);
  Packet CopyOf(const Packet& packet);
  void Damage(Packet& packet);

  RandomSource& random_;
  PacketPool& packets_;
  BufferPool& buffers_;
  FaultRates rates_;
  FaultCounters faults_;
  PacketQueue extra_;  // copies, and what was held back: received next
  Packet held_;
};

}  // namespace net::link

#endif  // ENKEL_NET_LINK_FAULT_INJECTOR_H_
