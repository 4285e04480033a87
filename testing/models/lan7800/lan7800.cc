#include "testing/models/lan7800/lan7800.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "testing/models/ethernet_phy.h"
#include "testing/models/registers.h"
#include "testing/models/usb/device.h"
#include "testing/models/usb_ethernet.h"

namespace models {
namespace {

// [LAN7800] registers, in its order; names are the manual's.
constexpr std::uint32_t ID_REV = 0x000, INT_STS = 0x00c, HW_CFG = 0x010, PMT_CTL = 0x014, E2P_CMD = 0x040,
                        E2P_DATA = 0x044, USB_CFG0 = 0x080, USB_CFG1 = 0x084, BURST_CAP = 0x090, BULK_IN_DLY = 0x094,
                        INT_EP_CTL = 0x098, RFE_CTL = 0x0b0, FCT_RX_CTL = 0x0c0, FCT_TX_CTL = 0x0c4,
                        FCT_RX_FIFO_END = 0x0c8, FCT_TX_FIFO_END = 0x0cc, FCT_FLOW = 0x0d0, MAC_CR = 0x100,
                        MAC_RX = 0x104, MAC_TX = 0x108, FLOW = 0x10c, ERR_STS = 0x114, RX_ADDRH = 0x118,
                        RX_ADDRL = 0x11c, MII_ACC = 0x120, MII_DATA = 0x124, MAF_HI0 = 0x400, MAF_LO0 = 0x404,
                        OTP_PWR_DN = 0x1000, OTP_ADDR_HIGH = 0x1004, OTP_ADDR_LOW = 0x1008, OTP_RD_DATA = 0x1018,
                        OTP_FUNC_CMD = 0x1020, OTP_CMD_GO = 0x1028, OTP_STATUS = 0x1030;

constexpr std::uint32_t kLiteReset = 1 << 1, kSoftReset = 1 << 0, kMultipleFrames = 1 << 4;  // HW_CFG
constexpr std::uint32_t kPhyReset = 1 << 4, kReady = 1 << 7;                                 // PMT_CTL
constexpr std::uint32_t kNakWhenEmpty = 1 << 6, kBurstCap = 1 << 5;                          // USB_CFG0
constexpr std::uint32_t kAcceptBroadcast = 1 << 10, kAcceptMulticast = 1 << 9,               // RFE_CTL
    kAcceptUnicast = 1 << 8, kPerfectFilter = 1 << 1;
constexpr std::uint32_t kFifoEnable = 1u << 31, kFifoReset = 1 << 30;                 // FCT_xX_CTL
constexpr std::uint32_t kMacEnable = 1 << 0, kStripCheckSequence = 1 << 4;            // MAC_RX, MAC_TX
constexpr std::uint32_t kAutoSpeed = 1 << 11, kAutoDuplex = 1 << 12, kEee = 1 << 17;  // MAC_CR
constexpr std::uint32_t kSendPause = 1 << 30;                                         // FLOW
constexpr std::uint32_t kPhyInterrupt = 1 << 17;                                      // INT_STS, INT_EP_CTL
constexpr std::uint32_t kFilterValid = 1u << 31;                                      // MAF_HI

constexpr std::size_t kUnit = 512;  // of BURST_CAP, FIFO ends and thresholds
constexpr std::size_t kLargestReceiveFifo = 12 * 1024, kLargestTransmitFifo = 12 * 1024;

constexpr auto kRules = std::to_array<RegisterRule>({
    {.offset = ID_REV, .name = "ID_REV", .reset = 0x7800'0002, .writable = 0},
    {.offset = INT_STS, .name = "INT_STS", .reset = 0, .writable = 0, .clears_by_1 = 0x8fff'ffff},
    {.offset = HW_CFG, .name = "HW_CFG", .reset = 0, .writable = 0x03f3'57dc, .clears_itself = kLiteReset | kSoftReset},
    {.offset = PMT_CTL, .name = "PMT_CTL", .reset = kReady, .writable = 0x0000'376f, .clears_itself = kPhyReset},
    // There is no EEPROM: whatever is read is all ones.
    {.offset = E2P_CMD, .name = "E2P_CMD", .reset = 0, .writable = 0x7000'01ff, .clears_itself = 1u << 31},
    {.offset = E2P_DATA, .name = "E2P_DATA", .reset = 0xff, .writable = 0xff},
    {.offset = USB_CFG0, .name = "USB_CFG0", .reset = 0, .writable = 0x8000'0060},
    {.offset = USB_CFG1, .name = "USB_CFG1", .reset = 0, .writable = 0xffff'ffff},
    {.offset = BURST_CAP, .name = "BURST_CAP", .reset = 0, .writable = 0xff},
    {.offset = BULK_IN_DLY, .name = "BULK_IN_DLY", .reset = 0, .writable = 0xffff},
    {.offset = INT_EP_CTL, .name = "INT_EP_CTL", .reset = 0, .writable = 0x8fff'ffff},
    {.offset = RFE_CTL, .name = "RFE_CTL", .reset = 0, .writable = 0x0000'7ffe, .clears_itself = 1},
    {.offset = FCT_RX_CTL,
     .name = "FCT_RX_CTL",
     .reset = 0,
     .writable = kFifoEnable | 1 << 25,
     .clears_by_1 = 1 << 24,
     .clears_itself = kFifoReset},
    {.offset = FCT_TX_CTL, .name = "FCT_TX_CTL", .reset = 0, .writable = kFifoEnable, .clears_itself = kFifoReset},
    {.offset = FCT_RX_FIFO_END, .name = "FCT_RX_FIFO_END", .reset = 23, .writable = 0x7f},
    {.offset = FCT_TX_FIFO_END, .name = "FCT_TX_FIFO_END", .reset = 23, .writable = 0x3f},
    {.offset = FCT_FLOW, .name = "FCT_FLOW", .reset = 0, .writable = 0x7f7f},
    // Energy-efficient Ethernet is on after a reset here, so that a driver must switch it off.
    {.offset = MAC_CR, .name = "MAC_CR", .reset = kEee, .writable = 0x000f'3cce, .clears_itself = 1},
    {.offset = MAC_RX, .name = "MAC_RX", .reset = 1518 << 16, .writable = 0x3fff'0015},
    {.offset = MAC_TX, .name = "MAC_TX", .reset = 0, .writable = kMacEnable},
    {.offset = FLOW, .name = "FLOW", .reset = 0, .writable = 0xe000'ffff},
    {.offset = ERR_STS, .name = "ERR_STS", .reset = 0, .writable = 0, .clears_by_1 = 0x3ff},
    {.offset = RX_ADDRH, .name = "RX_ADDRH", .reset = 0xffff, .writable = 0xffff},
    {.offset = RX_ADDRL, .name = "RX_ADDRL", .reset = 0xffff'ffff, .writable = 0xffff'ffff},
    {.offset = MII_ACC, .name = "MII_ACC", .reset = 0, .writable = 0xffc2, .clears_itself = 1},
    {.offset = MII_DATA, .name = "MII_DATA", .reset = 0, .writable = 0xffff},
    {.offset = MAF_HI0, .name = "MAF_HI0", .reset = 0, .writable = 0xc000'ffff},
    {.offset = MAF_LO0, .name = "MAF_LO0", .reset = 0, .writable = 0xffff'ffff},
    // One-time programmable memory that nobody has programmed.
    {.offset = OTP_PWR_DN, .name = "OTP_PWR_DN", .reset = 0, .writable = 1},
    {.offset = OTP_ADDR_HIGH, .name = "OTP_ADDR_HIGH", .reset = 0, .writable = 0x1f},
    {.offset = OTP_ADDR_LOW, .name = "OTP_ADDR_LOW", .reset = 0, .writable = 0xff},
    {.offset = OTP_RD_DATA, .name = "OTP_RD_DATA", .reset = 0, .writable = 0},
    {.offset = OTP_FUNC_CMD, .name = "OTP_FUNC_CMD", .reset = 0, .writable = 3},
    {.offset = OTP_CMD_GO, .name = "OTP_CMD_GO", .reset = 0, .writable = 0, .clears_itself = 1},
    {.offset = OTP_STATUS, .name = "OTP_STATUS", .reset = 0, .writable = 0},
});

// The PHY within: a LAN8800. Its registers 25 and 26 tell of the link.
constexpr EthernetPhy::Kind kPhy = {.id1 = 0x0007,
                                    .id2 = 0xc132,
                                    .is_gigabit = true,
                                    .interrupt_mask = 25,
                                    .interrupt_source = 26,
                                    .interrupt_enable = 0x8000,
                                    .link_changed = 0x2000,
                                    .negotiation_ended = 0};

Device::Facts FactsOf(std::uint16_t packet_size) {
  return {.vendor = 0x0424,
          .product = 0x7800,
          .version = 0x0300,
          .device_class = 0xff,
          .interface_class = 0xff,
          .interface_protocol = 0xff,
          .endpoints = {{.address = UsbEthernet::kBulkIn, .type = 2, .packet_size = packet_size, .interval = 0},
                        {.address = UsbEthernet::kBulkOut, .type = 2, .packet_size = packet_size, .interval = 0},
                        {.address = UsbEthernet::kInterruptIn, .type = 3, .packet_size = 16, .interval = 4}}};
}

// What a chip with registers half set up would answer differently.
constexpr std::uint32_t kReceiveBroadcast = 1 << 25, kReceiveMulticast = 1 << 24, kChecksumIgnored = 1 << 14;
constexpr std::uint32_t kReceiveLength = 0x3fff;

constexpr std::uint32_t kTransmitLength = 0x000f'ffff, kInsertCheckSequence = 1 << 22;  // [LAN7800] TX Command A

}  // namespace

Lan7800::Lan7800(std::uint16_t packet_size)
    : UsbEthernet(FactsOf(packet_size), kRules, kPhy,
                  {.mii_command = MII_ACC,
                   .mii_data = MII_DATA,
                   .interrupt_status = INT_STS,
                   .interrupt_enable = INT_EP_CTL,
                   .phy_interrupt = kPhyInterrupt}) {}

std::size_t Lan7800::FifoSize() const {
  return std::min((registers_.Get(FCT_RX_FIFO_END) + 1) * kUnit, kLargestReceiveFifo);
}

bool Lan7800::WantsPause() const {
  if ((registers_.Get(FLOW) & kSendPause) == 0 || (registers_.Get(FLOW) & 0xffff) == 0) return false;
  return fifo_used_ >= (registers_.Get(FCT_FLOW) & 0x7f) * kUnit;
}

UsbEthernet::Bursts Lan7800::ReadBursts() const {
  const bool is_capped = (registers_.Get(USB_CFG0) & kBurstCap) != 0;
  const bool are_many = (registers_.Get(HW_CFG) & kMultipleFrames) != 0;
  const std::uint32_t packet = FindEndpoint(kBulkIn)->packet_size;
  return {.is_enabled = (registers_.Get(FCT_RX_CTL) & kFifoEnable) != 0 && (registers_.Get(MAC_RX) & kMacEnable) != 0,
          .is_empty_answered = (registers_.Get(USB_CFG0) & kNakWhenEmpty) == 0,
          .most_frames = are_many ? 1000u : 1u,
          .most_bytes = is_capped ? registers_.Get(BURST_CAP) * std::size_t{packet} : kLargestReceiveFifo};
}

bool Lan7800::IsForUs(std::span<const std::byte> frame) const {
  const std::uint32_t high = registers_.Get(MAF_HI0), low = registers_.Get(MAF_LO0);
  if ((registers_.Get(RFE_CTL) & kPerfectFilter) == 0 || (high & kFilterValid) == 0) return false;
  return LoadLittle32(frame, 0) == low && frame[4] == std::byte(high & 0xff) && frame[5] == std::byte(high >> 8 & 0xff);
}

bool Lan7800::Accepts(std::span<const std::byte> frame) const {
  if (frame.size() < 14 || frame.size() + 4 > (registers_.Get(MAC_RX) >> 16)) return false;
  const std::uint32_t filters = registers_.Get(RFE_CTL);
  const bool is_broadcast = std::ranges::all_of(frame.first(6), [](std::byte byte) { return byte == std::byte{0xff}; });
  if (is_broadcast) return (filters & kAcceptBroadcast) != 0;
  if ((frame[0] & std::byte{1}) != std::byte{0}) return (filters & kAcceptMulticast) != 0;
  return (filters & kAcceptUnicast) != 0 || IsForUs(frame);
}

Bytes Lan7800::RecordOf(std::span<const std::byte> frame, const Damage& damage) const {
  const bool is_stripped = (registers_.Get(MAC_RX) & kStripCheckSequence) != 0;
  const std::size_t size = frame.size() + (is_stripped ? 0 : 4);
  std::uint32_t command = static_cast<std::uint32_t>(damage.length.value_or(size)) & kReceiveLength;
  command |= damage.status | kChecksumIgnored;
  if ((frame[0] & std::byte{1}) != std::byte{0}) {
    command |= frame[1] == std::byte{0xff} ? kReceiveBroadcast : kReceiveMulticast;
  }
  Bytes record;
  AppendLittle(record, command, 4);
  AppendLittle(record, 0, 4);  // no checksum, no VLAN tag
  AppendLittle(record, 0, 2);  // no wake-up
  record.insert(record.end(), frame.begin(), frame.end());
  const auto check = CheckSequenceOf(frame);
  if (!is_stripped) record.insert(record.end(), check.begin(), check.end());
  return record;
}

void Lan7800::OnTransfer(std::span<const std::byte> bytes) {
  if ((registers_.Get(MAC_TX) & kMacEnable) == 0 || (registers_.Get(FCT_TX_CTL) & kFifoEnable) == 0) {
    Violation("a transfer of %zu bytes while transmission is off", bytes.size());
    return;
  }
  std::size_t frames = 0;
  while (!bytes.empty()) {
    if (bytes.size() < 8) {
      if (frames == 0 || bytes.size() >= 4) Violation("%zu bytes where a transmit command belongs", bytes.size());
      break;
    }
    const std::uint32_t a = LoadLittle32(bytes, 0), b = LoadLittle32(bytes, 4);
    const std::size_t size = a & kTransmitLength;
    if ((a & ~(kTransmitLength | kInsertCheckSequence)) != 0 || b != 0) {
      Violation("transmit command %#x %#x asks for what no driver of ours uses", a, b);
    }
    if ((a & kInsertCheckSequence) == 0) Violation("a frame without a check sequence");
    if (size < 14 || size > 1518 || size > bytes.size() - 8) {
      Violation("a transmit command of %zu bytes, and %zu follow", size, bytes.size() - 8);
      break;
    }
    Send(bytes.subspan(8, size));
    ++frames;
    bytes = bytes.subspan(std::min(bytes.size(), 8 + (size + 3) / 4 * 4));
  }
  CountBatch(frames);
}

void Lan7800::OnWritten(std::uint32_t offset, std::uint32_t before, std::uint32_t value) {
  const bool is_receiving = (registers_.Get(FCT_RX_CTL) & kFifoEnable) != 0;
  const bool is_sending = (registers_.Get(FCT_TX_CTL) & kFifoEnable) != 0;
  switch (offset) {
    case HW_CFG:
      if ((value & (kLiteReset | kSoftReset)) == 0) break;
      // All but the bit that tells of it.
      registers_.Reset();
      registers_.SetBits(HW_CFG, value & (kLiteReset | kSoftReset));
      ResetPhy();
      ClearFifo();
      break;
    case PMT_CTL:
      if ((value & kPhyReset) != 0) ResetPhy();
      break;
    case FCT_RX_CTL:
      if ((value & kFifoReset) != 0) {
        if ((before & kFifoEnable) != 0) Violation("the receive FIFO is reset while it is enabled");
        ClearFifo();
      }
      break;
    case FCT_TX_CTL:
      if ((value & kFifoReset) != 0 && (before & kFifoEnable) != 0) {
        Violation("the transmit FIFO is reset while it is enabled");
      }
      break;
    case FCT_RX_FIFO_END:
    case BURST_CAP:
      if (is_receiving && value != before) Violation("register %#x is changed while the receive FIFO is on", offset);
      if (offset == FCT_RX_FIFO_END && (value + 1) * kUnit > kLargestReceiveFifo) Violation("a receive FIFO too large");
      break;
    case FCT_TX_FIFO_END:
      if (is_sending && value != before) Violation("register %#x is changed while the transmit FIFO is on", offset);
      if ((value + 1) * kUnit > kLargestTransmitFifo) Violation("a transmit FIFO too large");
      break;
    case FLOW:
      if ((value & kSendPause) != 0 && registers_.Get(FCT_FLOW) == 0) Violation("pause frames without thresholds");
      break;
    case MAC_RX:
      if ((before & kMacEnable) != 0 && before >> 16 != value >> 16)
        Violation("MAC_RX's size is changed while it is on");
      if ((value & kMacEnable) != 0 && (registers_.Get(MAC_CR) & kEee) != 0) Violation("reception with EEE on");
      break;
    case MAC_CR:
      if ((value & (kAutoSpeed | kAutoDuplex)) != (kAutoSpeed | kAutoDuplex)) {
        Violation("MAC_CR %#x does not follow what the PHY negotiates", value);
      }
      break;
    case FCT_FLOW:
      if ((value & 0x7f) * kUnit > FifoSize()) Violation("a threshold beyond the FIFO");
      break;
    default:
      break;
  }
  // READY is gone while the PHY resets. Reads of PMT_CTL let both end.
  if ((registers_.Get(PMT_CTL) & kPhyReset) == 0) registers_.SetBits(PMT_CTL, kReady);
}

}  // namespace models
