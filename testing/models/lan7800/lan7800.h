// The LAN7800, gigabit Ethernet of the Raspberry Pi 3 B+ (there part of the LAN7515), made from its manual and from
// what drivers in the field do. [LAN7800]
#ifndef ENKEL_TESTING_MODELS_LAN7800_LAN7800_H_
#define ENKEL_TESTING_MODELS_LAN7800_LAN7800_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "testing/models/usb/device.h"
#include "testing/models/usb_ethernet.h"

namespace models {

class Lan7800 final : public UsbEthernet {
 public:
  // Status bits of a received frame that tests damage. [LAN7800] RX Command A
  static constexpr std::uint32_t kReceiveError = 1 << 22;  // RED: any error, of a checksum, too
  static constexpr std::uint32_t kIpChecksumError = 1u << 31;
  static constexpr std::uint32_t kTcpChecksumError = 1 << 30;
  static constexpr std::uint32_t kCheckSequenceError = 1 << 16;
  static constexpr std::uint32_t kRunt = 1 << 20;
  static constexpr std::uint32_t kLong = 1 << 19;

  // `packet_size` is 512, or 64 where QEMU's hubs make it full speed.
  explicit Lan7800(std::uint16_t packet_size = 512);

  bool WantsPause() const override;

 private:
  Bursts ReadBursts() const override;
  bool Accepts(std::span<const std::byte> frame) const override;
  std::size_t FifoSize() const override;
  Bytes RecordOf(std::span<const std::byte> frame, const Damage& damage) const override;
  void OnTransfer(std::span<const std::byte> bytes) override;
  void OnWritten(std::uint32_t offset, std::uint32_t before, std::uint32_t value) override;
  bool IsForUs(std::span<const std::byte> frame) const;
};

}  // namespace models

#endif  // ENKEL_TESTING_MODELS_LAN7800_LAN7800_H_
