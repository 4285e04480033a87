// The Ethernet of a LAN9514, the 100 Mbit/s network of the Raspberry Pi 3 B, made from its manual and from what drivers
// in the field do. [LAN9514]
#ifndef ENKEL_TESTING_MODELS_LAN9514_LAN9514_H_
#define ENKEL_TESTING_MODELS_LAN9514_LAN9514_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "testing/models/usb/device.h"
#include "testing/models/usb_ethernet.h"

namespace models {

class Lan9514 final : public UsbEthernet {
 public:
  // Status bits of a received frame that tests damage. [LAN9514] RX Status
  static constexpr std::uint32_t kErrorSummary = 1 << 15;
  static constexpr std::uint32_t kLengthError = 1 << 12;
  static constexpr std::uint32_t kRunt = 1 << 11;
  static constexpr std::uint32_t kTooLong = 1 << 7;
  static constexpr std::uint32_t kCheckSequenceError = 1 << 1;

  // `packet_size` is 512, or 64 where QEMU's hubs make it full speed.
  explicit Lan9514(std::uint16_t packet_size = 512);

  bool WantsPause() const override;

 private:
  Bursts ReadBursts() const override;
  bool Accepts(std::span<const std::byte> frame) const override;
  std::size_t FifoSize() const override;
  Bytes RecordOf(std::span<const std::byte> frame, const Damage& damage) const override;
  void OnTransfer(std::span<const std::byte> bytes) override;
  void OnWritten(std::uint32_t offset, std::uint32_t before, std::uint32_t value) override;
};

}  // namespace models

#endif  // ENKEL_TESTING_MODELS_LAN9514_LAN9514_H_
