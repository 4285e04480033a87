// The start, the root port, and which pipe has which channel.
#include "drivers/usb_host/dwc2/dwc2.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/host_controller.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/types.h"
#include "drivers/usb_host/dwc2/registers.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace drivers::usb_host::dwc2 {
namespace {

using kernel::Duration;
using kernel::Instant;
using kernel::kNever;
using usb::Pipe;
using usb::PortFeature;

constexpr Duration kPatience = Duration::Milliseconds(100);  // for the core: idle, reset, flushed
constexpr Duration kGlance = Duration::Milliseconds(1);      // between two looks at it
constexpr Duration kSettle = Duration::Milliseconds(100);    // after its reset
constexpr Duration kPortReset = Duration::Milliseconds(50);  // TDRSTR. [USB2] 7.1.7.5
constexpr Duration kPortEnd = Duration::Milliseconds(3);     // until the port is enabled
constexpr Duration kStopPatience = Duration::Milliseconds(10);

// Words of the FIFOs: together what the BCM283x has.
constexpr std::uint32_t kReceiveWords = 774;
constexpr std::uint32_t kTransmitWords = 256;
constexpr std::uint32_t kPeriodicWords = 512;
constexpr std::uint32_t kAllTransmitFifos = 0x10;

constexpr std::uint32_t kListened = PRTINT::kMask | HCHINT::kMask | DISCONNINT::kMask;

constexpr std::uint16_t ChangeBit(PortFeature change) {
  return static_cast<std::uint16_t>(
      1U << (static_cast<int>(change) - static_cast<int>(PortFeature::kConnectionChange)));
}

}  // namespace

bool Dwc2::IsThere() {
  constexpr std::uint32_t kOt = 0x4f54;
  return GSNPSID::KIND::Get(registers_.Read<GSNPSID>().value) == kOt;
}

bool Dwc2::OnInterrupt() {
  const std::uint32_t asked = registers_.Read<GINTSTS>().value & registers_.Read<GINTMSK>().value;
  if (asked == 0) return false;
  // Not by GAHBCFG: QEMU leaves a line raised that was raised when that is cleared, and the line storms.
  registers_.Write(GINTMSK{});
  return true;
}

// Until the core is ready.
Instant Dwc2::Advance(Instant now) {
  GRSTCTL reset = registers_.Read<GRSTCTL>();
  const auto go_to = [&](Phase phase, Duration time) {
    phase_ = phase;
    phase_end_ = now + time;
  };
  switch (phase_) {
    case Phase::kBegin: {
      registers_.Write(GAHBCFG{});
      GUSBCFG usb = registers_.Read<GUSBCFG>();
      usb.value &= ~(GUSBCFG::ULPI_EXT_VBUS_DRV::kMask | GUSBCFG::TERM_SEL_DL_PULSE::kMask);
      registers_.Write(usb);
      go_to(Phase::kWaitIdle, kPatience);
      break;
    }
    case Phase::kWaitIdle:
      if (GRSTCTL::AHBIDLE::Get(reset.value) == 0) break;
      reset.value = GRSTCTL::CSFTRST::Of(1);
      registers_.Write(reset);
      go_to(Phase::kResetting, kPatience);
      break;
    case Phase::kResetting:
      if (GRSTCTL::CSFTRST::Get(reset.value) == 0) go_to(Phase::kSettling, kSettle);
      break;
    case Phase::kSettling:
      if (now < phase_end_) return phase_end_;
      Configure();
      go_to(Phase::kFlushing, kPatience);
      break;
    case Phase::kFlushing:
      if ((reset.value & (GRSTCTL::RXFFLSH::kMask | GRSTCTL::TXFFLSH::kMask)) != 0) break;
      phase_ = Phase::kReady;
      registers_.Write(GINTSTS{{.value = 0xffff'ffff}});
      registers_.Write(GINTMSK{{.value = kListened}});
      {
        GAHBCFG bus = registers_.Read<GAHBCFG>();
        bus.value = GAHBCFG::GLBLINTRMSK::Set(bus.value, 1);
        registers_.Write(bus);
      }
      if (wants_power_) SetRootPort(PortFeature::kPower);
      ReportRootPort();
      return now;
    case Phase::kReady:
      return now;
    case Phase::kFailed:
      return kNever;
  }
  if (phase_ != Phase::kSettling && now >= phase_end_) phase_ = Phase::kFailed;
  return now + kGlance;
}

// The PHY, DMA, the FIFOs: from the order of [DWC2] 5.1.
void Dwc2::Configure() {
  const std::uint32_t hardware = registers_.Read<GHWCFG2>().value;
  const std::uint32_t widths = registers_.Read<GHWCFG3>().value;
  channel_count_ = std::min<std::size_t>(GHWCFG2::NUM_HOST_CHAN::Get(hardware) + 1, kMostChannels);
  most_bytes_ = (1U << (GHWCFG3::XFERSIZE_WIDTH::Get(widths) + 11)) - 1;
  most_packets_ = (1U << (GHWCFG3::PKTCNT_WIDTH::Get(widths) + 4)) - 1;
  most_bytes_ = std::min(most_bytes_, HCTSIZ::XFERSIZE::kMask);
  most_packets_ = std::min(most_packets_, HCTSIZ::PKTCNT::Get(HCTSIZ::PKTCNT::kMask));

  constexpr std::uint32_t kUlpi = 2;
  constexpr std::uint32_t kDedicated = 1;
  const bool has_full_speed_phy = GHWCFG2::FS_PHY_TYPE::Get(hardware) == kDedicated;
  const bool is_ulpi_fs = GHWCFG2::HS_PHY_TYPE::Get(hardware) == kUlpi && has_full_speed_phy;
  GUSBCFG usb = registers_.Read<GUSBCFG>();
  usb.value &= ~(GUSBCFG::ULPI_UTMI_SEL::kMask | GUSBCFG::PHYIF16::kMask);
  usb.value &= ~(GUSBCFG::HNPCAP::kMask | GUSBCFG::SRPCAP::kMask);
  usb.value = GUSBCFG::ULPI_FS_LS::Set(usb.value, is_ulpi_fs ? 1 : 0);
  usb.value = GUSBCFG::ULPI_CLK_SUSP_M::Set(usb.value, is_ulpi_fs ? 1 : 0);
  registers_.Write(usb);
  registers_.Write(PCGCTL{});
  HCFG host = registers_.Read<HCFG>();
  host.value = HCFG::FSLSPCLKSEL::Set(host.value, is_ulpi_fs ? 1 : 0);
  registers_.Write(host);

  registers_.Write(GRXFSIZ{{.value = kReceiveWords}});
  registers_.Write(GNPTXFSIZ{{.value = GNPTXFSIZ::START::Of(kReceiveWords) | GNPTXFSIZ::DEPTH::Of(kTransmitWords)}});
  registers_.Write(
      HPTXFSIZ{{.value = HPTXFSIZ::START::Of(kReceiveWords + kTransmitWords) | HPTXFSIZ::DEPTH::Of(kPeriodicWords)}});
  registers_.Write(HAINTMSK{});
  registers_.Write(GAHBCFG{{.value = GAHBCFG::DMAEN::Of(1) | GAHBCFG::WAIT_AXI_WRITES::Of(1)}});
  registers_.Write(
      GRSTCTL{{.value = GRSTCTL::TXFFLSH::Of(1) | GRSTCTL::TXFNUM::Of(kAllTransmitFifos) | GRSTCTL::RXFFLSH::Of(1)}});
}

Instant Dwc2::Poll(Instant now) {
  now_ = now;
  if (phase_ != Phase::kReady) {
    const Instant next = Advance(now);
    if (phase_ != Phase::kReady) return next;
  }
  const std::uint32_t asked = registers_.Read<GINTSTS>().value;
  const std::uint32_t heard = asked & (SOF::kMask | DISCONNINT::kMask);
  if (heard != 0) registers_.Write(GINTSTS{{.value = heard}});
  if (PRTINT::Get(asked) != 0) ReadPortChanges();
  if (DISCONNINT::Get(asked) != 0) {
    port_change_ |= ChangeBit(PortFeature::kConnectionChange);
    ReportRootPort();
  }
  Instant next = PollPort(now);
  if (HCHINT::Get(asked) != 0) {
    const std::uint32_t which = registers_.Read<HAINT>().value;
    for (std::size_t i = 0; i < channel_count_; ++i) {
      if ((which >> i & 1) != 0) OnHalted(channels_[i]);
    }
  }
  for (Channel& channel : channels_) {
    if (!channel.is_stopping) continue;
    if (now >= channel.stop_by) {
      Pipe& pipe = *channel.pipe;
      Release(channel);
      End(pipe, usb::Status::kCancelled);
    } else {
      next = std::min(next, channel.stop_by);
    }
  }
  next = std::min(next, StartWaiting(now));
  registers_.Write(GINTMSK{{.value = kListened | (hears_frames_ ? SOF::kMask : 0)}});
  return next;
}

// --- The root port.

void Dwc2::WritePort(HPRT port, std::uint32_t cleared_by_one) {
  port.value = (port.value & ~HPRT::kClearedByOne) | cleared_by_one;
  registers_.Write(port);
}

void Dwc2::ReadPortChanges() {
  const HPRT port = registers_.Read<HPRT>();
  constexpr std::uint32_t kChanges = HPRT::CONNDET::kMask | HPRT::ENCHNG::kMask | HPRT::OVRCURRCHNG::kMask;
  if (HPRT::CONNDET::Get(port.value) != 0) port_change_ |= ChangeBit(PortFeature::kConnectionChange);
  if (HPRT::ENCHNG::Get(port.value) != 0) port_change_ |= ChangeBit(PortFeature::kEnableChange);
  if (HPRT::OVRCURRCHNG::Get(port.value) != 0) port_change_ |= ChangeBit(PortFeature::kOverCurrentChange);
  WritePort(port, port.value & kChanges);
  ReportRootPort();
}

usb::PortStatus Dwc2::ReadRootPort() {
  usb::PortStatus port;
  port.change = port_change_;
  if (phase_ != Phase::kReady) return port;
  const std::uint32_t value = registers_.Read<HPRT>().value;
  const auto add = [&port](PortFeature feature, bool is_so) {
    if (is_so) port.status = static_cast<std::uint16_t>(port.status | 1U << static_cast<int>(feature));
  };
  add(PortFeature::kConnection, HPRT::CONNSTS::Get(value) != 0);
  add(PortFeature::kEnable, HPRT::ENA::Get(value) != 0);
  add(PortFeature::kOverCurrent, HPRT::OVRCURRACT::Get(value) != 0);
  add(PortFeature::kReset, port_phase_ != PortPhase::kIdle);
  add(PortFeature::kPower, HPRT::PWR::Get(value) != 0);
  constexpr std::uint16_t kLowSpeed = 1 << 9;
  constexpr std::uint16_t kHighSpeed = 1 << 10;
  if (HPRT::SPD::Get(value) == 0) port.status |= kHighSpeed;
  if (HPRT::SPD::Get(value) == 2) port.status |= kLowSpeed;
  return port;
}

void Dwc2::SetRootPort(PortFeature feature) {
  if (feature == PortFeature::kPower) wants_power_ = true;
  if (phase_ != Phase::kReady) return;
  HPRT port = registers_.Read<HPRT>();
  if (feature == PortFeature::kPower) port.value = HPRT::PWR::Set(port.value, 1);
  if (feature == PortFeature::kReset) {
    port.value = HPRT::RST::Set(port.value, 1);
    port_phase_ = PortPhase::kResetting;
    port_end_ = now_ + kPortReset;
  }
  WritePort(port);
}

void Dwc2::ClearRootPort(PortFeature feature) {
  if (feature >= PortFeature::kConnectionChange) {
    port_change_ = static_cast<std::uint16_t>(port_change_ & ~ChangeBit(feature));
    return;
  }
  if (phase_ != Phase::kReady) return;
  HPRT port = registers_.Read<HPRT>();
  if (feature == PortFeature::kPower) port.value = HPRT::PWR::Set(port.value, 0);
  WritePort(port, feature == PortFeature::kEnable ? HPRT::ENA::kMask : 0);
}

// The end of a reset, which the core leaves to us.
Instant Dwc2::PollPort(Instant now) {
  if (port_phase_ == PortPhase::kIdle) return kNever;
  if (now < port_end_) return port_end_;
  if (port_phase_ == PortPhase::kResetting) {
    HPRT port = registers_.Read<HPRT>();
    port.value = HPRT::RST::Set(port.value, 0);
    WritePort(port);
    port_phase_ = PortPhase::kEnding;
    port_end_ = now + kPortEnd;
    return port_end_;
  }
  port_phase_ = PortPhase::kIdle;
  port_change_ |= ChangeBit(PortFeature::kResetChange);
  ReportRootPort();
  return kNever;
}

// --- Pipes and channels.

kernel::Result<void> Dwc2::Open(Pipe&) { return {}; }
void Dwc2::Close(Pipe&) {}

void Dwc2::Start(Pipe& pipe) {
  Enqueue(pipe);
  if (phase_ == Phase::kReady) (void)StartWaiting(now_);
}

void Dwc2::Enqueue(Pipe& pipe) {
  pipe.progress.next = nullptr;
  (first_waiting_ == nullptr ? first_waiting_ : last_waiting_->progress.next) = &pipe;
  last_waiting_ = &pipe;
}

void Dwc2::Stop(Pipe& pipe) {
  if (pipe.progress.channel >= 0) {
    Channel& channel = channels_[static_cast<std::uint8_t>(pipe.progress.channel)];
    if (channel.is_stopping) return;
    channel.is_stopping = true;
    channel.stop_by = now_ + kStopPatience;
    HCCHAR character = registers_.Read<HCCHAR>(Offset(channel));
    if (HCCHAR::CHENA::Get(character.value) == 0) return;  // it has halted by itself: soon it is looked at
    character.value |= HCCHAR::CHDIS::kMask | HCCHAR::CHENA::kMask;
    registers_.Write(character, Offset(channel));
    return;
  }
  Pipe* before = nullptr;
  for (Pipe* waiting = first_waiting_; waiting != &pipe; waiting = waiting->progress.next) before = waiting;
  (before == nullptr ? first_waiting_ : before->progress.next) = pipe.progress.next;
  if (last_waiting_ == &pipe) last_waiting_ = before;
  End(pipe, usb::Status::kCancelled);
}

Dwc2::Channel* Dwc2::FreeChannel() {
  for (std::size_t i = 0; i < channel_count_; ++i) {
    if (channels_[i].pipe == nullptr) return &channels_[i];
  }
  return nullptr;
}

void Dwc2::Release(Channel& channel) {
  const std::uint32_t bit = 1U << static_cast<unsigned>(&channel - channels_.data());
  HAINTMSK mask = registers_.Read<HAINTMSK>();
  mask.value &= ~bit;
  registers_.Write(mask);
  channel.pipe->progress.channel = -1;
  channel.pipe = nullptr;
  channel.is_stopping = false;
}

// A split transaction goes to its microframe; the channel starts in the one after this. [USB2] 11.18
bool Dwc2::IsDue(const Pipe& pipe, Instant now, std::uint32_t frame) const {
  if (now < pipe.progress.not_before) return false;
  if (pipe.device().translator() == nullptr) return true;
  const std::uint32_t next = frame + 1;
  if (pipe.progress.is_completing) {
    constexpr std::uint32_t kHalf = 0x2000;  // of the 14 bits that count microframes
    return ((next - pipe.progress.due_frame) & (2 * kHalf - 1)) < kHalf;
  }
  // All of the complete-splits must find room in the same frame.
  constexpr std::uint32_t kLastStart = 3;
  return pipe.endpoint().type != usb::TransferType::kInterrupt || (next & 7) <= kLastStart;
}

Instant Dwc2::StartWaiting(Instant now) {
  if (first_waiting_ == nullptr) {
    ListenToFrames(false);
    return kNever;
  }
  Instant next = kNever;
  bool must_listen = false;
  const std::uint32_t frame = HFNUM::FRNUM::Get(registers_.Read<HFNUM>().value);
  Pipe* waiting = std::exchange(first_waiting_, nullptr);
  while (waiting != nullptr) {
    Pipe& pipe = *std::exchange(waiting, waiting->progress.next);
    Channel* const channel = FreeChannel();
    if (channel != nullptr && IsDue(pipe, now, frame)) {
      Run(*channel, pipe);
      continue;
    }
    Enqueue(pipe);
    if (now < pipe.progress.not_before) {
      next = std::min(next, pipe.progress.not_before);
    } else if (channel != nullptr) {
      must_listen = true;
    }
  }
  ListenToFrames(must_listen);
  return next;
}

void Dwc2::ListenToFrames(bool may_listen) {
  if (hears_frames_ == may_listen) return;
  hears_frames_ = may_listen;
  if (may_listen) registers_.Write(GINTSTS{{.value = SOF::kMask}});
  registers_.Write(GINTMSK{{.value = kListened | (may_listen ? SOF::kMask : 0)}});
}

}  // namespace drivers::usb_host::dwc2
