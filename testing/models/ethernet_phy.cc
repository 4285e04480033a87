#include "testing/models/ethernet_phy.h"

#include <cstdint>
#include <format>

namespace models {
namespace {

// [IEEE802.3] 22.2.4.1
constexpr std::uint16_t kReset = 0x8000, kNegotiate = 0x1000, kPowerDown = 0x0800, kIsolate = 0x0400, kRestart = 0x0200;
// [IEEE802.3] 22.2.4.2
constexpr std::uint16_t kAbilities = 0x7809, kExtendedStatus = 0x0100, kNegotiated = 0x0020, kLinkUp = 0x0004;
constexpr std::uint16_t kPartner = 0xcde1;  // all speeds of MII, pause frames both ways, acknowledged

constexpr unsigned kMmdControl = 13, kMmdData = 14, kAuxiliaryStatus = 28, kPage = 31;
constexpr std::uint16_t kEeeDevice = 7, kEeeAdvertisement = 60;  // [IEEE802.3] 45.2.7.13

}  // namespace

void EthernetPhy::Reset() {
  control_ = kNegotiate;
  advertisement_ = 0x01e1;
  gigabit_control_ = kind_.is_gigabit ? 0x0200 : 0;
  page_ = interrupt_mask_ = interrupt_source_ = mmd_control_ = mmd_address_ = 0;
  eee_advertisement_ = kind_.is_gigabit ? 0x0006 : 0;
  others_.clear();
  has_link_ = false;
  was_link_lost_ = true;
  StartNegotiation();
}

void EthernetPhy::StartNegotiation() {
  SetLink(false);
  ticks_to_link_ = is_cable_in_ ? kTicksToNegotiate : 0;
}

void EthernetPhy::SetLink(bool is_up) {
  if (is_up == has_link_) return;
  has_link_ = is_up;
  was_link_lost_ |= !is_up;
  interrupt_source_ |= kind_.link_changed;
  if (is_up) interrupt_source_ |= kind_.negotiation_ended;
}

void EthernetPhy::SetCable(bool is_in) {
  if (is_in == is_cable_in_) return;
  is_cable_in_ = is_in;
  StartNegotiation();
}

void EthernetPhy::Tick() {
  if (ticks_to_link_ == 0 || --ticks_to_link_ > 0) return;
  if ((control_ & (kPowerDown | kIsolate)) == 0) SetLink(true);
}

bool EthernetPhy::wants_interrupt() const {
  if ((interrupt_mask_ & kind_.interrupt_enable) != kind_.interrupt_enable) return false;
  return (interrupt_mask_ & interrupt_source_ & (kind_.link_changed | kind_.negotiation_ended)) != 0;
}

std::uint16_t EthernetPhy::ReadMmd() const {
  const bool is_eee = (mmd_control_ & 31) == kEeeDevice && mmd_address_ == kEeeAdvertisement;
  if ((mmd_control_ & 0xc000) == 0) return mmd_address_;
  return is_eee ? eee_advertisement_ : 0;
}

void EthernetPhy::WriteMmd(std::uint16_t value) {
  if ((mmd_control_ & 0xc000) == 0) {
    mmd_address_ = value;
  } else if ((mmd_control_ & 31) == kEeeDevice && mmd_address_ == kEeeAdvertisement) {
    eee_advertisement_ = value;
  } else {
    report_(std::format("write to MMD {}.{}", mmd_control_ & 31, mmd_address_));
  }
}

std::uint16_t EthernetPhy::Read(unsigned number) {
  if (page_ != 0 && number != kPage) return others_[page_ << 8 | number];
  if (number == kind_.interrupt_mask) return interrupt_mask_;
  if (number == kind_.interrupt_source) {
    const std::uint16_t source = interrupt_source_;
    interrupt_source_ = 0;
    return source;
  }
  switch (number) {
    case 0:
      if (reads_until_reset_ > 0 && --reads_until_reset_ > 0) return control_ | kReset;
      return control_;
    case 1: {
      // The link's bit stays 0 after it was lost until somebody has read that. [IEEE802.3] 22.2.4.2.13
      std::uint16_t status = kAbilities;
      if (kind_.is_gigabit) status |= kExtendedStatus;
      if (has_link_) status |= kNegotiated;
      if (has_link_ && !was_link_lost_) status |= kLinkUp;
      was_link_lost_ = false;
      return status;
    }
    case 2:
      return kind_.id1;
    case 3:
      return kind_.id2;
    case 4:
      return advertisement_;
    case 5:
      return has_link_ ? kPartner : 0;
    case 6:
      return has_link_ ? 0x000f : 0;
    case 9:
      return gigabit_control_;
    case 10:
      return kind_.is_gigabit && has_link_ ? 0x7c00 : 0;
    case 15:
      return kind_.is_gigabit ? 0x2000 : 0;
    case kMmdData:
      return ReadMmd();
    case kAuxiliaryStatus:  // of the gigabit kind: full duplex at 1000 Mbit/s
      return kind_.is_gigabit && has_link_ ? 0x0030 : others_[number];
    case kPage:
      // The page of the one kind; of the other the result of negotiation: full duplex at 100 Mbit/s, ended.
      return kind_.is_gigabit ? page_ : static_cast<std::uint16_t>(has_link_ ? 0x1058 : 0x0040);
    default:
      return others_[number];
  }
}

void EthernetPhy::Write(unsigned number, std::uint16_t value) {
  if (reads_until_reset_ > 0) report_(std::format("write to PHY register {} while the PHY resets", number));
  if (page_ != 0 && number != kPage) {
    others_[page_ << 8 | number] = value;
  } else if (number == kind_.interrupt_mask) {
    interrupt_mask_ = value;
  } else if (number == 0) {
    if ((value & kReset) != 0) {
      Reset();
      reads_until_reset_ = 2;
      return;
    }
    control_ = value & static_cast<std::uint16_t>(~(kReset | kRestart));
    if ((value & (kNegotiate | kRestart)) == (kNegotiate | kRestart)) StartNegotiation();
  } else if (number == 4) {
    advertisement_ = value;
  } else if (number == 9) {
    gigabit_control_ = value;
  } else if (number == kMmdControl) {
    mmd_control_ = value;
  } else if (number == kMmdData) {
    WriteMmd(value);
  } else if (number == kPage && kind_.is_gigabit) {
    page_ = value;
  } else if (number == kind_.interrupt_source || (number <= 15 && number != 7)) {
    report_(std::format("write to PHY register {}, which is read-only", number));
  } else {
    others_[number] = value;
  }
}

}  // namespace models
