// Registers of a virtio device, in their order: on a platform bus, and the structures of a PCI function.
#ifndef ENKEL_DRIVERS_BUS_VIRTIO_REGISTERS_H_
#define ENKEL_DRIVERS_BUS_VIRTIO_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::virtio {
// NOLINTBEGIN(readability-identifier-naming): the names are the specification's.

// [VIRTIO] 4.2.2, table 4.1
namespace mmio {

struct MagicValue : ReadOnly<0x000> {
  static constexpr std::uint32_t kVirt = 0x74726976;
};
struct Version : ReadOnly<0x004> {
  static constexpr std::uint32_t kModern = 2;
};
struct DeviceID : ReadOnly<0x008> {};
// Which half of the features the other one of the pair shows.
struct DeviceFeatures : ReadOnly<0x010> {};
struct DeviceFeaturesSel : WriteOnly<0x014> {};
struct DriverFeatures : WriteOnly<0x020> {};
struct DriverFeaturesSel : WriteOnly<0x024> {};
// Which queue those up to QueueReady, and its addresses, are about.
struct QueueSel : WriteOnly<0x030> {};
struct QueueNumMax : ReadOnly<0x034> {};
struct QueueNum : WriteOnly<0x038> {};
struct QueueReady : ReadWrite<0x044> {};
struct QueueNotify : WriteOnly<0x050> {};
struct InterruptStatus : ReadOnly<0x060> {};
struct InterruptACK : WriteOnly<0x064> {};
struct Status : ReadWrite<0x070> {};
struct QueueDescLow : WriteOnly<0x080> {};
struct QueueDescHigh : WriteOnly<0x084> {};
struct QueueDriverLow : WriteOnly<0x090> {};
struct QueueDriverHigh : WriteOnly<0x094> {};
struct QueueDeviceLow : WriteOnly<0x0a0> {};
struct QueueDeviceHigh : WriteOnly<0x0a4> {};
struct ConfigGeneration : ReadOnly<0x0fc> {};
struct Config : ReadOnly<0x100, std::uint8_t> {};  // the first byte of the device's own

static_assert(AreInOrder<MagicValue, Version, DeviceID, DeviceFeatures, DeviceFeaturesSel, DriverFeatures,
                         DriverFeaturesSel, QueueSel, QueueNumMax, QueueNum, QueueReady, QueueNotify, InterruptStatus,
                         InterruptACK, Status, QueueDescLow, QueueDescHigh, QueueDriverLow, QueueDriverHigh,
                         QueueDeviceLow, QueueDeviceHigh, ConfigGeneration, Config>());

}  // namespace mmio

// [VIRTIO] 4.1.4.3, struct virtio_pci_common_cfg
namespace pci_common {

struct device_feature_select : ReadWrite<0> {};
struct device_feature : ReadOnly<4> {};
struct driver_feature_select : ReadWrite<8> {};
struct driver_feature : ReadWrite<12> {};
struct config_msix_vector : ReadWrite<16, std::uint16_t> {};
struct num_queues : ReadOnly<18, std::uint16_t> {};
struct device_status : ReadWrite<20, std::uint8_t> {};
struct config_generation : ReadOnly<21, std::uint8_t> {};
// Which queue the others are about.
struct queue_select : ReadWrite<22, std::uint16_t> {};
struct queue_size : ReadWrite<24, std::uint16_t> {};
struct queue_msix_vector : ReadWrite<26, std::uint16_t> {};
struct queue_enable : ReadWrite<28, std::uint16_t> {};
struct queue_notify_off : ReadOnly<30, std::uint16_t> {};
// Of 64 bits, in two halves. [VIRTIO] 4.1.3.1
struct queue_desc : ReadWrite<32> {};
struct queue_driver : ReadWrite<40> {};
struct queue_device : ReadWrite<48> {};

inline constexpr std::uint32_t kUpperHalf = 4;
inline constexpr std::uint32_t kSize = 56;  // bytes, of all

static_assert(AreInOrder<device_feature_select, device_feature, driver_feature_select, driver_feature,
                         config_msix_vector, num_queues, device_status, config_generation, queue_select, queue_size,
                         queue_msix_vector, queue_enable, queue_notify_off, queue_desc, queue_driver, queue_device>());

}  // namespace pci_common

// A capability that says where a structure is, from its beginning on. [VIRTIO] 4.1.4, struct virtio_pci_cap
namespace pci_cap {

struct cap_len : ReadOnly<2, std::uint8_t> {};
struct cfg_type : ReadOnly<3, std::uint8_t> {};
struct bar : ReadOnly<4, std::uint8_t> {};
struct offset : ReadOnly<8> {};
struct length : ReadOnly<12> {};
struct notify_off_multiplier : ReadOnly<16> {};  // only where cfg_type says so

static_assert(AreInOrder<cap_len, cfg_type, bar, offset, length, notify_off_multiplier>());

}  // namespace pci_cap

// The structures that are one register, or one of many alike. [VIRTIO] 4.1.4.4 to 4.1.4.6
namespace pci_structures {

struct queue_notify : WriteOnly<0, std::uint16_t> {};
struct ISR_status : ReadOnly<0, std::uint8_t> {};  // a read clears it
struct device_config : ReadOnly<0, std::uint8_t> {};

}  // namespace pci_structures

// NOLINTEND(readability-identifier-naming)

}  // namespace drivers::virtio

#endif  // ENKEL_DRIVERS_BUS_VIRTIO_REGISTERS_H_
