#include "drivers/usb_host/dwc2/model_core.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "drivers/bus/usb/host_controller.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/model_hub.h"
#include "drivers/bus/usb/types.h"
#include "drivers/usb_host/dwc2/registers.h"

namespace drivers::usb_host::dwc2 {
namespace {

using usb::Answer;
using usb::Handshake;
using usb::ModelDevice;
using usb::PortFeature;
using usb::Speed;

constexpr std::uint32_t kControl = 0;
constexpr std::uint32_t kInterrupt = 3;
constexpr std::uint32_t kMostFifoWords = 4080;
constexpr int kPacketsAMicroframe = 13;  // of 512 bytes, about. [USB2] 5.8.4

}  // namespace

// --- Registers.

std::uint32_t ModelCore::Asked() const {
  std::uint32_t asked = status_;
  if (port_changes_ != 0) asked |= PRTINT::kMask;
  for (std::size_t i = 0; i < kChannels; ++i) {
    if ((channels_[i].interrupt & channels_[i].mask) != 0 && (channels_asked_ >> i & 1) != 0) asked |= HCHINT::kMask;
  }
  return asked;
}

bool ModelCore::HasInterrupt() const { return (bus_ & GAHBCFG::GLBLINTRMSK::kMask) != 0 && (Asked() & mask_) != 0; }

std::uint32_t ModelCore::Load(std::uint32_t offset) {
  if (offset >= HCCHAR::kOffset && offset < HCCHAR::kOffset + kChannels * kStride) return LoadChannel(offset);
  switch (offset) {
    case GAHBCFG::kOffset:
      return bus_;
    case GUSBCFG::kOffset:
      return usb_;
    case GRSTCTL::kOffset:
      return GRSTCTL::AHBIDLE::kMask | (resetting_ > 0 ? GRSTCTL::CSFTRST::kMask : 0) |
             (flushing_ > 0 ? GRSTCTL::TXFFLSH::kMask : 0);
    case GINTSTS::kOffset:
      return Asked();
    case GINTMSK::kOffset:
      return mask_;
    case GSNPSID::kOffset:
      return 0x4f54'280a;
    case GHWCFG2::kOffset:
      return 0x228d'dd50;  // eight channels, as the BCM283x
    case GHWCFG3::kOffset:
      return packet_widths;
    case HCFG::kOffset:
      return host_;
    case HFNUM::kOffset:
      return microframe_ & 0x3fff;
    case HAINT::kOffset: {
      std::uint32_t which = 0;
      for (std::size_t i = 0; i < kChannels; ++i) {
        if ((channels_[i].interrupt & channels_[i].mask) != 0) which |= 1U << i;
      }
      return which;
    }
    case HAINTMSK::kOffset:
      return channels_asked_;
    case HPRT::kOffset:
      return PortValue();
    default:
      Complain("a register that is not there: " + std::to_string(offset));
      return 0;
  }
}

void ModelCore::Store(std::uint32_t offset, std::uint32_t value) {
  if (offset >= HCCHAR::kOffset && offset < HCCHAR::kOffset + kChannels * kStride) return StoreChannel(offset, value);
  switch (offset) {
    case GAHBCFG::kOffset:
      bus_ = value;
      break;
    case GUSBCFG::kOffset:
      usb_ = value;
      break;
    case GRSTCTL::kOffset:
      if (GRSTCTL::CSFTRST::Get(value) != 0) {
        resetting_ = 16;
        was_reset_ = true;
      }
      if ((value & (GRSTCTL::TXFFLSH::kMask | GRSTCTL::RXFFLSH::kMask)) != 0) flushing_ = 8;
      break;
    case GINTSTS::kOffset:
      status_ &= ~value;
      break;
    case GINTMSK::kOffset:
      mask_ = value;
      break;
    case GRXFSIZ::kOffset:
      receive_words_ = value;
      break;
    case GNPTXFSIZ::kOffset:
      transmit_ = value;
      break;
    case HPTXFSIZ::kOffset:
      periodic_ = value;
      if (receive_words_ != (transmit_ & 0xffff) || (transmit_ & 0xffff) + (transmit_ >> 16) != (periodic_ & 0xffff) ||
          (periodic_ & 0xffff) + (periodic_ >> 16) > kMostFifoWords) {
        Complain("FIFOs that overlap, or more than there is");
      }
      break;
    case HCFG::kOffset:
      host_ = value;
      break;
    case HAINTMSK::kOffset:
      channels_asked_ = value;
      break;
    case HPRT::kOffset:
      StorePort(value);
      break;
    case PCGCTL::kOffset:
      break;
    default:
      Complain("a register that is not there, or read-only: " + std::to_string(offset));
  }
}

std::uint32_t ModelCore::PortValue() {
  std::uint32_t value = port_changes_;
  if (root.Has(PortFeature::kConnection)) value |= HPRT::CONNSTS::kMask;
  if (root.Has(PortFeature::kEnable)) value |= HPRT::ENA::kMask;
  if (root.Has(PortFeature::kOverCurrent)) value |= HPRT::OVRCURRACT::kMask;
  if (root.Has(PortFeature::kPower)) value |= HPRT::PWR::kMask;
  if (is_port_resetting_) value |= HPRT::RST::kMask;
  const Speed speed = root.status.speed();
  value |= HPRT::SPD::Of(speed == Speed::kHigh ? 0 : speed == Speed::kFull ? 1 : 2);
  return value;
}

void ModelCore::StorePort(std::uint32_t value) {
  if (!was_reset_) Complain("the port is used before the core was reset");
  port_changes_ &= ~(value & HPRT::kClearedByOne);
  if (HPRT::ENA::Get(value) != 0) root.Clear(PortFeature::kEnable);
  if (HPRT::PWR::Get(value) != 0) root.SetFeature(PortFeature::kPower);
  if (HPRT::PWR::Get(value) == 0) root.ClearFeature(PortFeature::kPower);
  const bool is_reset = HPRT::RST::Get(value) != 0;
  if (is_reset && !is_port_resetting_) port_reset_start_ = microframe_;
  if (!is_reset && is_port_resetting_) ResetPort();
  is_port_resetting_ = is_reset;
}

void ModelCore::ResetPort() {
  if (microframe_ - port_reset_start_ < 50 * 8) Complain("a reset of less than 50 ms");
  if (!root.Has(PortFeature::kConnection)) return;
  root.SetFeature(PortFeature::kReset);
  port_changes_ |= HPRT::ENCHNG::kMask;
}

std::uint32_t ModelCore::LoadChannel(std::uint32_t offset) const {
  const Channel& channel = channels_[(offset - HCCHAR::kOffset) / kStride];
  switch (HCCHAR::kOffset + (offset - HCCHAR::kOffset) % kStride) {
    case HCCHAR::kOffset:
      return channel.character;
    case HCSPLT::kOffset:
      return channel.split;
    case HCINT::kOffset:
      return channel.interrupt;
    case HCINTMSK::kOffset:
      return channel.mask;
    case HCTSIZ::kOffset:
      return channel.size;
    default:
      return channel.dma;
  }
}

void ModelCore::StoreChannel(std::uint32_t offset, std::uint32_t value) {
  Channel& channel = channels_[(offset - HCCHAR::kOffset) / kStride];
  const std::uint32_t at = HCCHAR::kOffset + (offset - HCCHAR::kOffset) % kStride;
  if (channel.is_on && at != HCCHAR::kOffset && at != HCINT::kOffset && at != HCINTMSK::kOffset) {
    Complain("a channel at work is written to");
  }
  switch (at) {
    case HCCHAR::kOffset:
      if (HCCHAR::CHDIS::Get(value) != 0) {
        channel.must_halt = !never_halts;
        channel.is_on = channel.is_on && never_halts;
        channel.character = value;
        break;
      }
      if (channel.is_on) Complain("a channel at work is started");
      channel.character = value;
      if (HCCHAR::CHENA::Get(value) == 0) break;
      channel.is_on = true;
      channel.must_halt = false;
      channel.start = microframe_;
      CheckStart(channel);
      break;
    case HCSPLT::kOffset:
      channel.split = value;
      break;
    case HCINT::kOffset:
      channel.interrupt &= ~value;
      break;
    case HCINTMSK::kOffset:
      channel.mask = value;
      break;
    case HCTSIZ::kOffset:
      channel.size = value;
      break;
    default:
      channel.dma = value;
  }
}

// --- The bus.

void ModelCore::CheckStart(const Channel& channel) {
  const std::uint32_t max_packet = HCCHAR::MPS::Get(channel.character);
  const std::uint32_t size = HCTSIZ::XFERSIZE::Get(channel.size);
  const std::uint32_t packets = HCTSIZ::PKTCNT::Get(channel.size);
  const bool is_in = HCCHAR::EPDIR::Get(channel.character) != 0;
  const bool is_split = HCSPLT::SPLTENA::Get(channel.split) != 0;
  const std::uint32_t width = packet_widths;
  if ((bus_ & GAHBCFG::DMAEN::kMask) == 0) Complain("a channel without DMA");
  if (!root.Has(PortFeature::kEnable)) return;  // it was pulled out meanwhile
  if (max_packet == 0 || packets == 0) return Complain("no packets, or of nothing");
  if (size >= 1U << ((width & 15) + 11) || packets >= 1U << ((width >> 4 & 7) + 4))
    Complain("more than a transfer holds");
  if (channel.dma % 4 != 0) Complain("an address that is not a multiple of 4");
  if (is_in && size % max_packet != 0) Complain("IN of no whole packets");
  if (is_in && size != packets * max_packet) Complain("IN: size and packets differ");
  const bool is_complete = is_split && HCSPLT::COMPSPLT::Get(channel.split) != 0;
  if (!is_in && !is_complete && packets != std::max<std::uint32_t>((size + max_packet - 1) / max_packet, 1)) {
    Complain("OUT: size and packets differ");
  }
  if (is_split && packets != 1) Complain("a split of several packets");
  if (HCCHAR::EPTYPE::Get(channel.character) == kInterrupt) {
    if (HCCHAR::ODDFRM::Get(channel.character) != ((microframe_ + 1) & 1))
      Complain("a periodic packet for the frame that was");
  }
}

bool ModelCore::FindBehind(usb::ModelPort& port, std::uint8_t address, Place& place) {
  if (port.device == nullptr || !port.Has(PortFeature::kEnable) || !port.device->is_plugged) return false;
  if (port.device->address == address) {
    place.device = port.device;
    return true;
  }
  auto* const hub = dynamic_cast<usb::ModelHub*>(port.device);
  if (hub == nullptr || hub->configuration == 0) return false;
  for (std::size_t i = 0; i < hub->ports.size(); ++i) {
    if (!FindBehind(hub->ports[i], address, place)) continue;
    if (hub->speed == Speed::kHigh && place.translator == nullptr && place.device->speed != Speed::kHigh) {
      place.translator = hub;
      place.port = static_cast<std::uint8_t>(i + 1);
    }
    return true;
  }
  return false;
}

ModelCore::Place ModelCore::Find(std::uint8_t address) const {
  Place place;
  (void)FindBehind(const_cast<usb::ModelPort&>(root), address, place);
  return place;
}

void ModelCore::Advance() {
  ++microframe_;
  status_ |= SOF::kMask;
  if (resetting_ > 0) --resetting_;
  if (flushing_ > 0) --flushing_;
  const bool was_there = root.Has(PortFeature::kConnection);
  if (root.Has(PortFeature::kPower)) root.Update();
  if (was_there != root.Has(PortFeature::kConnection)) {
    if (was_there) {
      status_ |= DISCONNINT::kMask;
    } else {
      port_changes_ |= HPRT::CONNDET::kMask;
    }
  }
  for (Channel& channel : channels_) {
    if (channel.must_halt) {
      channel.must_halt = false;
      Halt(channel, 0);
    } else if (channel.is_on) {
      Work(channel);
    }
  }
}

void ModelCore::Halt(Channel& channel, std::uint32_t why) {
  channel.is_on = false;
  channel.character &= ~(HCCHAR::CHENA::kMask | HCCHAR::CHDIS::kMask);
  channel.interrupt |= why | HCINT::CHHLTD::kMask;
}

void ModelCore::Work(Channel& channel) {
  const std::uint32_t type = HCCHAR::EPTYPE::Get(channel.character);
  if (type == kInterrupt && (microframe_ & 1) != HCCHAR::ODDFRM::Get(channel.character)) return;
  const Place place = Find(static_cast<std::uint8_t>(HCCHAR::DEVADDR::Get(channel.character)));
  const bool is_split = HCSPLT::SPLTENA::Get(channel.split) != 0;
  if (place.device != nullptr && (place.translator != nullptr) != is_split) {
    Complain(is_split ? "a split that nobody translates" : "a slow device is spoken to at high speed");
  }
  if (place.device != nullptr && !is_split) {
    if ((HCCHAR::LSDEV::Get(channel.character) != 0) != (place.device->speed == Speed::kLow))
      Complain("the wrong speed");
  }
  if (is_split) {
    WorkSplit(channel, place);
  } else {
    WorkPackets(channel, place.device);
  }
}

void ModelCore::WorkPackets(Channel& channel, ModelDevice* device) {
  const bool is_in = HCCHAR::EPDIR::Get(channel.character) != 0;
  for (int packet = 0; packet < kPacketsAMicroframe && channel.is_on; ++packet) {
    if (!(is_in ? WorkIn(channel, device) : WorkOut(channel, device))) return;
  }
}

// One packet by the device's own rules: the token, the data of an OUT, and what comes.
Answer ModelCore::Transact(Channel& channel, ModelDevice* device) {
  if (device == nullptr) return {};
  const auto endpoint = static_cast<std::uint8_t>(HCCHAR::EPNUM::Get(channel.character));
  const std::uint32_t pid = HCTSIZ::PID::Get(channel.size);
  if (HCCHAR::EPDIR::Get(channel.character) != 0) return device->OnIn(endpoint);
  const std::uint32_t left = HCTSIZ::XFERSIZE::Get(channel.size);
  std::vector<std::byte> bytes(std::min(left, HCCHAR::MPS::Get(channel.character)));
  if (!bytes.empty() && !memory_.Read(channel.dma, bytes)) Complain("DMA from where nothing was lent");
  Answer answer;
  answer.handshake = pid == kSetup ? device->OnSetup(endpoint, bytes) : device->OnOut(endpoint, pid == kData1, bytes);
  return answer;
}

void ModelCore::TakeData(Channel& channel, const Answer& answer, ModelDevice* device) {
  const std::uint32_t max_packet = HCCHAR::MPS::Get(channel.character);
  const std::uint32_t left = HCTSIZ::XFERSIZE::Get(channel.size);
  const auto size = static_cast<std::uint32_t>(answer.data.size());
  if (size > max_packet || size > left) return Halt(channel, HCINT::BBLERR::kMask);
  const bool is_odd = HCTSIZ::PID::Get(channel.size) == kData1;
  if (answer.is_odd != is_odd) return Halt(channel, HCINT::DATATGLERR::kMask | HCINT::ACK::kMask);
  if (size > 0 && !memory_.Write(channel.dma, answer.data)) Complain("DMA to where nothing was lent");
  device->OnInReceived(static_cast<std::uint8_t>(HCCHAR::EPNUM::Get(channel.character)));
  channel.dma += size;
  const std::uint32_t packets = HCTSIZ::PKTCNT::Get(channel.size) - 1;
  channel.size =
      HCTSIZ::XFERSIZE::Of(left - size) | HCTSIZ::PKTCNT::Of(packets) | HCTSIZ::PID::Of(is_odd ? kData0 : kData1);
  channel.interrupt |= HCINT::ACK::kMask;
  if (size < max_packet || packets == 0) Halt(channel, HCINT::XFERCOMPL::kMask);
}

// True: there may be another packet in this microframe.
bool ModelCore::WorkIn(Channel& channel, ModelDevice* device) {
  const bool is_interrupt = HCCHAR::EPTYPE::Get(channel.character) == kInterrupt;
  const Answer answer = Transact(channel, device);
  switch (answer.handshake) {
    case Handshake::kNone:
      Halt(channel, HCINT::XACTERR::kMask);
      return false;
    case Handshake::kStall:
      Halt(channel, HCINT::STALL::kMask);
      return false;
    case Handshake::kNak:
    case Handshake::kNyet:
      channel.interrupt |= HCINT::NAK::kMask;
      if (is_interrupt) Halt(channel, HCINT::NAK::kMask);
      return false;
    case Handshake::kAck:
      TakeData(channel, answer, device);
      break;
  }
  return !is_interrupt;
}

bool ModelCore::WorkOut(Channel& channel, ModelDevice* device) {
  if (HCTSIZ::DOPNG::Get(channel.size) != 0) {
    channel.size &= ~HCTSIZ::DOPNG::kMask;
    const auto endpoint = static_cast<std::uint8_t>(HCCHAR::EPNUM::Get(channel.character));
    const Handshake ready = device == nullptr ? Handshake::kNone : device->OnPing(endpoint);
    if (ready == Handshake::kNak) channel.size |= HCTSIZ::DOPNG::kMask;
    if (ready == Handshake::kNone) Halt(channel, HCINT::XACTERR::kMask);
    if (ready == Handshake::kStall) Halt(channel, HCINT::STALL::kMask);
    return ready == Handshake::kAck;
  }
  const Answer answer = Transact(channel, device);
  const bool is_setup = HCTSIZ::PID::Get(channel.size) == kSetup;
  if (answer.handshake == Handshake::kNone) {
    Halt(channel, HCINT::XACTERR::kMask);
    return false;
  }
  if (answer.handshake == Handshake::kStall) {
    Halt(channel, HCINT::STALL::kMask);
    return false;
  }
  if (answer.handshake == Handshake::kNak) {
    channel.interrupt |= HCINT::NAK::kMask;
    if (device->speed == Speed::kHigh && !is_setup) channel.size |= HCTSIZ::DOPNG::kMask;  // the core asks by itself
    return false;
  }
  const std::uint32_t left = HCTSIZ::XFERSIZE::Get(channel.size);
  const std::uint32_t size = std::min(left, HCCHAR::MPS::Get(channel.character));
  const std::uint32_t packets = HCTSIZ::PKTCNT::Get(channel.size) - 1;
  const bool is_odd = HCTSIZ::PID::Get(channel.size) == kData1;
  channel.dma += size;
  channel.size = HCTSIZ::XFERSIZE::Of(left - size) | HCTSIZ::PKTCNT::Of(packets) |
                 HCTSIZ::PID::Of(is_odd || is_setup ? kData0 : kData1);
  channel.interrupt |= HCINT::ACK::kMask;
  const bool is_nyet = answer.handshake == Handshake::kNyet;
  if (packets == 0) {
    Halt(channel, HCINT::XFERCOMPL::kMask | (is_nyet ? HCINT::NYET::kMask : 0));
  } else if (is_nyet) {
    Halt(channel, HCINT::NYET::kMask);
  }
  return channel.is_on;
}

// [USB2] 11.17, 11.18: the translator's side.
void ModelCore::WorkSplit(Channel& channel, const Place& place) {
  if (place.device == nullptr || place.translator == nullptr) return Halt(channel, HCINT::XACTERR::kMask);
  if (HCSPLT::HUBADDR::Get(channel.split) != place.translator->address ||
      HCSPLT::PRTADDR::Get(channel.split) != place.port) {
    Complain("a split to the wrong translator, or its wrong port");
  }
  const std::uint32_t type = HCCHAR::EPTYPE::Get(channel.character);
  const bool is_in = HCCHAR::EPDIR::Get(channel.character) != 0;
  const std::uint32_t key = HCCHAR::DEVADDR::Get(channel.character) << 8 | HCCHAR::EPNUM::Get(channel.character) << 1 |
                            (is_in && type != kControl ? 1 : 0);
  const bool is_periodic = type == kInterrupt;
  if (HCSPLT::COMPSPLT::Get(channel.split) == 0) {
    if (is_periodic && (microframe_ & 7) > 5) Complain("a periodic start-split too late in its frame");
    at_work_[key] = {
        .is_periodic = is_periodic, .start = microframe_, .is_done = false, .answer = Transact(channel, place.device)};
    return Halt(channel, HCINT::ACK::kMask);
  }
  const auto found = at_work_.find(key);
  if (found == at_work_.end()) {
    Complain("a complete-split without a start");
    return Halt(channel, HCINT::XACTERR::kMask);
  }
  const std::uint32_t age = microframe_ - found->second.start;
  if (is_periodic && age < 2) Complain("a periodic complete-split too early");
  if (age < 3) return Halt(channel, HCINT::NYET::kMask);
  const Split split = found->second;
  at_work_.erase(found);
  if (is_periodic && age > 4) {
    Complain("a periodic complete-split too late");
    return Halt(channel, HCINT::NYET::kMask);
  }
  ++splits;
  switch (split.answer.handshake) {
    case Handshake::kNone:
      return Halt(channel, HCINT::XACTERR::kMask);
    case Handshake::kStall:
      return Halt(channel, HCINT::STALL::kMask);
    case Handshake::kNak:
    case Handshake::kNyet:
      return Halt(channel, HCINT::NAK::kMask);
    case Handshake::kAck:
      break;
  }
  if (is_in) return TakeData(channel, split.answer, place.device);
  Halt(channel, HCINT::ACK::kMask | HCINT::XFERCOMPL::kMask);
}

}  // namespace drivers::usb_host::dwc2
