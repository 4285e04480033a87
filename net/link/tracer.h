// Says in a line of text what passes a device: who speaks to whom, and of what. For a person at a console; a packet
// analyser wants pcap.h.
//
//   > 12.345678 10.0.0.1:80 > 10.0.0.2:4000 tcp SA seq 7 ack 8 win 65535, 0 bytes
#ifndef ENKEL_NET_LINK_TRACER_H_
#define ENKEL_NET_LINK_TRACER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/text.h"
#include "kernel/base/time.h"
#include "net/device.h"
#include "net/link/device_wrapper.h"
#include "net/packet/packet.h"

namespace net::link {

// Where the lines go.
class TraceSink {
 public:
  // Without an end of line; the text lasts as long as the call.
  virtual void Write(std::string_view line) = 0;

 protected:
  ~TraceSink() = default;
};

// What a frame of `size` bytes is, `head` being as much of it as the caller has; whatever the bytes are. All headers
// that it looks into fit kMostTraced bytes.
inline constexpr std::size_t kMostTraced = 160;
void DescribeFrame(std::span<const std::byte> head, std::size_t size, kernel::TextWriter& line);

// A line begins with "<" for what was received, ">" for what is sent, and the time. The sink must outlive it.
class Tracer final : public DeviceWrapper {
 public:
  Tracer(Device& device, TraceSink& sink) : DeviceWrapper(device), sink_(sink) {}
  ~Tracer() = default;

  // The time of the following frames.
  void SetTime(kernel::Instant now) { now_ = now; }

  std::size_t Receive(std::uint16_t queue, std::span<Packet> packets) override;
  bool Transmit(std::uint16_t queue, Packet packet) override;

 private:
  void Trace(char direction, const Packet& packet);

  TraceSink& sink_;
  kernel::Instant now_;
};

}  // namespace net::link

#endif  // ENKEL_NET_LINK_TRACER_H_
