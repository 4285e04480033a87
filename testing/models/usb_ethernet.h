// What the models of USB Ethernet chips share: vendor requests that read and write registers, the PHY behind MII, a
// receive FIFO that is emptied in bursts of USB packets, transmitted frames gathered from USB packets, and an
// interrupt endpoint.
#ifndef ENKEL_TESTING_MODELS_USB_ETHERNET_H_
#define ENKEL_TESTING_MODELS_USB_ETHERNET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>

#include "testing/models/ethernet_phy.h"
#include "testing/models/registers.h"
#include "testing/models/usb/device.h"

namespace models {

class UsbEthernet : public Device {
 public:
  static constexpr std::uint8_t kBulkIn = 0x81, kBulkOut = 0x02, kInterruptIn = 0x83;

  using Mac = std::array<std::uint8_t, 6>;

  // What a test does to a received frame's status: bits that are set, and a length that is not the frame's.
  struct Damage {
    std::uint32_t status = 0;
    std::optional<std::uint32_t> length;
  };

  struct Counters {
    std::uint64_t received = 0;       // frames that went into the FIFO
    std::uint64_t filtered = 0;       // for somebody else, or nobody listens
    std::uint64_t overflowed = 0;     // the FIFO was full
    std::uint64_t transmitted = 0;    // frames from the host
    std::uint64_t bursts = 0;         // transfers of received frames
    std::uint64_t longest_burst = 0;  // frames
    std::uint64_t longest_batch = 0;  // frames of one transfer from the host
  };

  // Takes what the chip puts on the wire: from the destination address on, padded, without check sequence.
  std::function<void(std::span<const std::byte>)> on_frame = [](std::span<const std::byte>) {};

  // A frame comes from the wire, without check sequence.
  void Arrive(std::span<const std::byte> frame, const Damage& damage);
  void Arrive(std::span<const std::byte> frame) { Arrive(frame, Damage{}); }

  // Bytes that the FIFO yields as they are: what no chip should ever say.
  void ArriveRaw(Bytes bytes);

  // Whether the chip would ask the other end of the wire for a pause now.
  virtual bool WantsPause() const = 0;

  void SetCable(bool is_in);
  bool has_link() const { return phy_.has_link(); }
  const EthernetPhy& phy() const { return phy_; }
  const Counters& counters() const { return counters_; }
  RegisterFile& registers() { return registers_; }

  // Time passes: negotiation goes on.
  void Tick() { phy_.Tick(); }

 protected:
  // Where a chip has what all have.
  struct Places {
    std::uint32_t mii_command, mii_data, interrupt_status, interrupt_enable;
    std::uint32_t phy_interrupt;  // bit of the latter two
  };

  // How received frames go to the host now.
  struct Bursts {
    bool is_enabled = false;
    bool is_empty_answered = false;  // an empty FIFO gives an empty packet, not NAK
    std::size_t most_frames = 1;
    std::size_t most_bytes = 0;
  };

  UsbEthernet(Facts facts, std::span<const RegisterRule> rules, const EthernetPhy::Kind& phy, const Places& places);

  virtual Bursts ReadBursts() const = 0;
  virtual bool Accepts(std::span<const std::byte> frame) const = 0;
  virtual std::size_t FifoSize() const = 0;
  // The record of a frame in the FIFO: status and frame with its check sequence, not padded.
  virtual Bytes RecordOf(std::span<const std::byte> frame, const Damage& damage) const = 0;
  // A whole transfer from the host.
  virtual void OnTransfer(std::span<const std::byte> bytes) = 0;
  // After the host wrote a register; `before` is what it held.
  virtual void OnWritten(std::uint32_t offset, std::uint32_t before, std::uint32_t value) = 0;

  void Send(std::span<const std::byte> frame);
  void CountBatch(std::size_t frames);
  void ResetPhy() { phy_.Reset(); }
  void ClearFifo();

  RegisterFile registers_;
  EthernetPhy phy_;
  std::size_t fifo_used_ = 0;  // bytes

 private:
  void OnReset() override;
  std::optional<Bytes> OnVendorRequest(const Setup& setup, std::span<const std::byte> data) override;
  InPacket OnIn(std::uint8_t endpoint) override;
  Answer OnOut(std::uint8_t endpoint, std::span<const std::byte> data) override;
  void OnMiiCommand(std::uint32_t command);
  void UpdateInterrupt();
  std::optional<Bytes> MakeBurst();
  InPacket NextOfBurst();

  const Places places_;
  std::deque<Bytes> fifo_;
  std::optional<Bytes> burst_;  // under way to the host
  std::size_t burst_sent_ = 0;  // bytes of it
  Bytes gathered_;              // of the transfer from the host
  Counters counters_;
};

// The check sequence of a frame, as it follows on the wire. [IEEE802.3] 3.2.9
std::array<std::byte, 4> CheckSequenceOf(std::span<const std::byte> frame);

// Numbers of these chips stand in the order of USB.
std::uint32_t LoadLittle32(std::span<const std::byte> bytes, std::size_t at);
void AppendLittle(Bytes& to, std::uint32_t value, std::size_t size);

}  // namespace models

#endif  // ENKEL_TESTING_MODELS_USB_ETHERNET_H_
