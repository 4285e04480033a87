// The words in which a driver of a USB Ethernet chip says what is to be done with its registers and its PHY: tables of
// steps, in the order of the manual, that read like it. A register that is read-only cannot be written.
#ifndef ENKEL_DRIVERS_BUS_USB_ETHERNET_STEP_H_
#define ENKEL_DRIVERS_BUS_USB_ETHERNET_STEP_H_

#include <cstdint>

namespace drivers::usb_ethernet {

// Offsets of registers.
struct ReadOnly {
  std::uint16_t offset;
};
struct ReadWrite {
  std::uint16_t offset;
};

// A register of the PHY. [IEEE802.3] 22.2.4
struct PhyRegister {
  std::uint8_t number;
};

// What tables refer to that is known only at run time, or that a step finds out.
enum class Slot : std::uint8_t {
  kMacLow,        // the address's first four bytes, as the chip wants them
  kMacHigh,       // the last two
  kBurstCap,      // packets of a burst
  kPhyInterrupt,  // what the PHY's interrupt source said
  kBasicStatus,   // BMSR
  kPartner,       // what the other end is able to
  kSpeed,         // the PHY's own register of what was negotiated
  kMacControl,    // how the MAC is set once the link is up
  kFlowControl,   // pause frames, as they were negotiated
  kCount,
};

struct Step {
  enum class Kind : std::uint8_t {
    kCheck,      // (register & mask) == value, or the chip is another one
    kWrite,      // value
    kWriteSlot,  // the slot | value
    kModify,     // clears mask, sets value
    kWaitClear,  // until (register & mask) == 0
    kWaitSet,    // until (register & mask) == mask
    kPhyRead,    // into the slot
    kPhyWrite,   // value
    kPhyModify,  // clears mask, sets value
  };
  Kind kind;
  Slot slot;
  std::uint16_t place;  // a register's offset, or a PHY register's number
  std::uint32_t mask;
  std::uint32_t value;
};

constexpr Step Check(ReadOnly place, std::uint32_t mask, std::uint32_t value) {
  return {.kind = Step::Kind::kCheck, .slot = {}, .place = place.offset, .mask = mask, .value = value};
}
constexpr Step Write(ReadWrite place, std::uint32_t value) {
  return {.kind = Step::Kind::kWrite, .slot = {}, .place = place.offset, .mask = 0, .value = value};
}
constexpr Step Write(ReadWrite place, Slot slot, std::uint32_t also = 0) {
  return {.kind = Step::Kind::kWriteSlot, .slot = slot, .place = place.offset, .mask = 0, .value = also};
}
constexpr Step Modify(ReadWrite place, std::uint32_t clear, std::uint32_t set) {
  return {.kind = Step::Kind::kModify, .slot = {}, .place = place.offset, .mask = clear, .value = set};
}
constexpr Step WaitClear(ReadWrite place, std::uint32_t mask) {
  return {.kind = Step::Kind::kWaitClear, .slot = {}, .place = place.offset, .mask = mask, .value = 0};
}
constexpr Step WaitSet(ReadWrite place, std::uint32_t mask) {
  return {.kind = Step::Kind::kWaitSet, .slot = {}, .place = place.offset, .mask = mask, .value = 0};
}
constexpr Step PhyRead(PhyRegister place, Slot slot) {
  return {.kind = Step::Kind::kPhyRead, .slot = slot, .place = place.number, .mask = 0, .value = 0};
}
constexpr Step PhyWrite(PhyRegister place, std::uint16_t value) {
  return {.kind = Step::Kind::kPhyWrite, .slot = {}, .place = place.number, .mask = 0, .value = value};
}
constexpr Step PhyModify(PhyRegister place, std::uint16_t clear, std::uint16_t set) {
  return {.kind = Step::Kind::kPhyModify, .slot = {}, .place = place.number, .mask = clear, .value = set};
}

}  // namespace drivers::usb_ethernet

#endif  // ENKEL_DRIVERS_BUS_USB_ETHERNET_STEP_H_
