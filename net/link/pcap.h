// Records what passes a device in the pcap format, with nanoseconds: any packet analyser reads it. [PCAP]
#ifndef ENKEL_NET_LINK_PCAP_H_
#define ENKEL_NET_LINK_PCAP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "net/device.h"
#include "net/link/device_wrapper.h"
#include "net/packet/packet.h"

namespace net::link {

// Where the bytes of a capture go.
class CaptureSink {
 public:
  virtual void Write(std::span<const std::byte> bytes) = 0;

 protected:
  ~CaptureSink() = default;
};

// Writes a capture frame by frame. The sink must outlive it.
class PcapWriter {
 public:
  // Writes the capture's header. Of each frame at most `most_bytes` are recorded.
  explicit PcapWriter(CaptureSink& sink, std::uint32_t most_bytes = 65535);

  // `time`: since 1970 where the caller knows it, else since its start.
  void Record(kernel::Instant time, const Packet& packet);
  void Record(kernel::Instant time, std::span<const std::byte> frame);

 private:
  std::size_t WriteRecordHeader(kernel::Instant time, std::size_t size);

  CaptureSink& sink_;
  std::uint32_t most_bytes_;
};

// Frames are recorded as they pass: what a device is left to do (a checksum, cutting a large segment) is not done in
// the record either. The sink must outlive it.
class Pcap final : public DeviceWrapper {
 public:
  // As PcapWriter.
  Pcap(Device& device, CaptureSink& sink, std::uint32_t most_bytes = 65535)
      : DeviceWrapper(device), writer_(sink, most_bytes) {}
  ~Pcap() = default;

  // The time that the following frames get: since 1970 where the caller knows it, else since its start.
  void SetTime(kernel::Instant now) { now_ = now; }

  std::size_t Receive(std::uint16_t queue, std::span<Packet> packets) override;
  bool Transmit(std::uint16_t queue, Packet packet) override;

 private:
  PcapWriter writer_;
  kernel::Instant now_;
};

}  // namespace net::link

#endif  // ENKEL_NET_LINK_PCAP_H_
