// DesignWare's USB 2.0 host core in DMA mode, as in the Raspberry Pi 0 to 3. [DWC2]
//
// A pipe with something to move waits for one of the core's channels, has it for a piece of a transfer (all packets
// that fit, or one transaction of a split), and is looked at again when the channel has halted. Nothing waits in a
// loop: the steps of the start, the port's reset and the hold-off after a NAK are deadlines of Poll.
#ifndef ENKEL_DRIVERS_USB_HOST_DWC2_DWC2_H_
#define ENKEL_DRIVERS_USB_HOST_DWC2_DWC2_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/bus/usb/host_controller.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "drivers/usb_host/dwc2/registers.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace drivers::usb_host::dwc2 {

class Dwc2 final : public usb::HostController {
 public:
  static constexpr std::size_t kMostChannels = 16;

  // The core has power and a clock. Begins with the first Poll.
  constexpr Dwc2(RegisterWindow& registers, const DmaDomain& domain) : registers_(registers), domain_(domain) {}
  Dwc2(const Dwc2&) = delete;
  Dwc2& operator=(const Dwc2&) = delete;

  // Whether there is such a core. Before anything else.
  bool IsThere();
  // Whether the core did not come out of its reset; then nothing is ever found on its port.
  bool has_failed() const { return phase_ == Phase::kFailed; }

  // Of the core's line: it asks no more until the next Poll, which the caller wakes. Whether it had asked.
  // Interrupt-safe.
  bool OnInterrupt();

  usb::PortStatus ReadRootPort() override;
  void SetRootPort(usb::PortFeature feature) override;
  void ClearRootPort(usb::PortFeature feature) override;
  kernel::Result<void> Open(usb::Pipe& pipe) override;
  void Close(usb::Pipe& pipe) override;
  void Start(usb::Pipe& pipe) override;
  void Stop(usb::Pipe& pipe) override;
  kernel::Instant Poll(kernel::Instant now) override;

 private:
  enum class Phase : std::uint8_t { kBegin, kWaitIdle, kResetting, kSettling, kFlushing, kReady, kFailed };
  enum class PortPhase : std::uint8_t { kIdle, kResetting, kEnding };

  struct Channel {
    usb::Pipe* pipe = nullptr;
    std::uint32_t size = 0;     // bytes that were programmed
    std::uint32_t packets = 0;  // the same
    bool is_stopping = false;
    kernel::Instant stop_by;  // then the core is not asked any more
    alignas(usb::kDmaAlignment) std::array<std::byte, usb::kDmaAlignment> setup = {};
  };

  // What a channel is to do next.
  struct Piece {
    std::uint32_t pid = kData0;
    bool is_in = false;
    std::span<std::byte> bytes;  // where it goes to, or comes from
    std::uint32_t size = 0;      // bytes; IN: whole packets
    std::uint32_t packets = 1;
  };

  // controller.cc: the start, the port, and which pipe has which channel.
  kernel::Instant Advance(kernel::Instant now);
  void Configure();
  kernel::Instant PollPort(kernel::Instant now);
  void ReadPortChanges();
  void WritePort(HPRT port, std::uint32_t cleared_by_one = 0);
  kernel::Instant StartWaiting(kernel::Instant now);
  void Enqueue(usb::Pipe& pipe);
  void Release(Channel& channel);
  Channel* FreeChannel();
  bool IsDue(const usb::Pipe& pipe, kernel::Instant now, std::uint32_t frame) const;
  void ListenToFrames(bool may_listen);
  std::uint32_t Offset(const Channel& channel) const {
    return static_cast<std::uint32_t>(&channel - channels_.data()) * kStride;
  }

  // channel.cc: a piece of a transfer, and what became of it.
  Piece NextPiece(usb::Pipe& pipe, Channel& channel) const;
  void Run(Channel& channel, usb::Pipe& pipe);
  void OnHalted(Channel& channel);
  std::uint32_t Account(Channel& channel, bool is_complete);
  void OnMoved(usb::Pipe& pipe, std::uint32_t moved, std::uint32_t size, bool is_in);
  void OnError(usb::Pipe& pipe);
  void OnNotReady(usb::Pipe& pipe);
  void OnStartSplit(usb::Pipe& pipe, HCINT what);
  bool OnCompleteSplit(usb::Pipe& pipe, HCINT what);
  void End(usb::Pipe& pipe, usb::Status status);
  kernel::Duration IntervalOf(const usb::Pipe& pipe) const;

  RegisterWindow& registers_;
  const DmaDomain& domain_;
  kernel::Instant now_;
  Phase phase_ = Phase::kBegin;
  kernel::Instant phase_end_;  // of what is waited for at most, or at least
  PortPhase port_phase_ = PortPhase::kIdle;
  kernel::Instant port_end_;
  bool wants_power_ = false;
  std::uint16_t port_change_ = 0;
  std::uint32_t most_bytes_ = 0;  // of a piece
  std::uint32_t most_packets_ = 0;
  std::size_t channel_count_ = 0;
  std::array<Channel, kMostChannels> channels_ = {};
  usb::Pipe* first_waiting_ = nullptr;
  usb::Pipe* last_waiting_ = nullptr;
  bool hears_frames_ = false;
};

}  // namespace drivers::usb_host::dwc2

#endif  // ENKEL_DRIVERS_USB_HOST_DWC2_DWC2_H_
