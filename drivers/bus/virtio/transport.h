// A virtio device as its driver sees it, whatever bus it is on. [VIRTIO] 2, 3.1
#ifndef ENKEL_DRIVERS_BUS_VIRTIO_TRANSPORT_H_
#define ENKEL_DRIVERS_BUS_VIRTIO_TRANSPORT_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "kernel/base/result.h"

namespace drivers::virtio {

// [VIRTIO] 5
enum class DeviceType : std::uint32_t { kNone = 0, kNetwork = 1, kBlock = 2, kConsole = 3, kEntropy = 4 };

// Bits of the status. [VIRTIO] 2.1
inline constexpr std::uint8_t kAcknowledge = 1;
inline constexpr std::uint8_t kDriver = 2;
inline constexpr std::uint8_t kDriverOk = 4;
inline constexpr std::uint8_t kFeaturesOk = 8;
inline constexpr std::uint8_t kNeedsReset = 64;
inline constexpr std::uint8_t kFailed = 128;

// Why a device interrupts, as a set. [VIRTIO] 4.1.4.5, 4.2.2
inline constexpr std::uint32_t kBuffersUsed = 1;
inline constexpr std::uint32_t kConfigurationChanged = 2;

// Features of every device, as a set. [VIRTIO] 6
using Features = std::uint64_t;
inline constexpr Features kIndirect = Features{1} << 28;
inline constexpr Features kEventIndex = Features{1} << 29;
inline constexpr Features kVersion1 = Features{1} << 32;

// The parts of a split queue. [VIRTIO] 2.7
struct QueueAddresses {
  BusAddress descriptors;
  BusAddress available;
  BusAddress used;
};

// Everything that is read may be a lie. Nothing here blocks or allocates; not interrupt-safe but for TakeInterrupt.
class Transport {
 public:
  virtual Features OfferedFeatures() = 0;
  virtual void AcceptFeatures(Features features) = 0;

  virtual std::uint8_t Status() = 0;
  virtual void SetStatus(std::uint8_t status) = 0;  // 0: resets the device

  // Entries that queue `index` may have at most; 0: there is no such queue, or it is in use.
  virtual std::uint16_t MostEntries(std::uint16_t index) = 0;
  virtual void EnableQueue(std::uint16_t index, std::uint16_t entries, const QueueAddresses& addresses) = 0;
  virtual void Notify(std::uint16_t index) = 0;

  // Copies [offset, +to.size()) of the device's own configuration, all from one state of it.
  virtual void ReadConfiguration(std::size_t offset, std::span<std::byte> to) = 0;

  // Why the device has interrupted; it stops asking. 0: it has not. Interrupt-safe.
  virtual std::uint32_t TakeInterrupt() = 0;

 protected:
  ~Transport() = default;
};

// Resets the device and agrees with it on features: all of `required`, kVersion1 among them always, and what it offers
// of `wanted`. Queues come next, then Start. Errors: kUnsupported (a required feature is not offered, or the device
// refuses the set).
kernel::Result<Features> Negotiate(Transport& transport, Features wanted, Features required);

// Whether the device says that it is at its wits' end, and wants to be reset. [VIRTIO] 2.1.2
inline bool NeedsReset(Transport& transport) { return (transport.Status() & kNeedsReset) != 0; }

// The device may use its queues from now on.
void Start(Transport& transport);

}  // namespace drivers::virtio

#endif  // ENKEL_DRIVERS_BUS_VIRTIO_TRANSPORT_H_
