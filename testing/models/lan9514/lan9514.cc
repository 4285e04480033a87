#include "testing/models/lan9514/lan9514.h"

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

// [LAN9514] registers, in its order; names are the manual's.
constexpr std::uint32_t ID_REV = 0x00, INT_STS = 0x08, RX_CFG = 0x0c, TX_CFG = 0x10, HW_CFG = 0x14, RX_FIFO_INF = 0x18,
                        TX_FIFO_INF = 0x1c, PM_CTRL = 0x20, LED_GPIO_CFG = 0x24, GPIO_CFG = 0x28, AFC_CFG = 0x2c,
                        E2P_CMD = 0x30, E2P_DATA = 0x34, BURST_CAP = 0x38, INT_EP_CTL = 0x68, BULK_IN_DLY = 0x6c,
                        MAC_CR = 0x100, ADDRH = 0x104, ADDRL = 0x108, HASHH = 0x10c, HASHL = 0x110, MII_ADDR = 0x114,
                        MII_DATA = 0x118, FLOW = 0x11c, VLAN1 = 0x120, COE_CR = 0x130;

constexpr std::uint32_t kNakWhenEmpty = 1 << 12, kDataOffset = 3 << 9, kMultipleFrames = 1 << 5,  // HW_CFG
    kLiteReset = 1 << 3, kBurstCap = 1 << 1, kSoftReset = 1 << 0;
constexpr std::uint32_t kPhyReset = 1 << 4;                                                      // PM_CTRL
constexpr std::uint32_t kTransmitOn = 1 << 2;                                                    // TX_CFG
constexpr std::uint32_t kFullDuplex = 1 << 20, kAllMulticast = 1 << 19, kPromiscuous = 1 << 18,  // MAC_CR
    kNoBroadcast = 1 << 11, kMacTransmit = 1 << 3, kMacReceive = 1 << 2;
constexpr std::uint32_t kFlowControl = 1 << 1;    // FLOW
constexpr std::uint32_t kPhyInterrupt = 1 << 15;  // INT_STS, INT_EP_CTL

constexpr std::size_t kReceiveFifo = 20 * 1024, kTransmitFifo = 8 * 1024;

constexpr auto kRules = std::to_array<RegisterRule>({
    {.offset = ID_REV, .name = "ID_REV", .reset = 0xec00'0002, .writable = 0},
    {.offset = INT_STS, .name = "INT_STS", .reset = 0, .writable = 0, .clears_by_1 = 0x000f'ffff},
    {.offset = RX_CFG, .name = "RX_CFG", .reset = 0, .writable = 0, .clears_itself = 1},
    {.offset = TX_CFG, .name = "TX_CFG", .reset = 0, .writable = kTransmitOn, .clears_itself = 3},
    {.offset = HW_CFG, .name = "HW_CFG", .reset = 0, .writable = 0x0000'1ff6, .clears_itself = kLiteReset | kSoftReset},
    {.offset = RX_FIFO_INF, .name = "RX_FIFO_INF", .reset = 0, .writable = 0},
    {.offset = TX_FIFO_INF, .name = "TX_FIFO_INF", .reset = kTransmitFifo, .writable = 0},
    {.offset = PM_CTRL, .name = "PM_CTRL", .reset = 0x80, .writable = 0x0000'026f, .clears_itself = kPhyReset},
    {.offset = LED_GPIO_CFG, .name = "LED_GPIO_CFG", .reset = 0, .writable = 0x0111'ffff},
    {.offset = GPIO_CFG, .name = "GPIO_CFG", .reset = 0, .writable = 0xffff'ffff},
    {.offset = AFC_CFG, .name = "AFC_CFG", .reset = 0, .writable = 0x00ff'ffff},
    {.offset = E2P_CMD, .name = "E2P_CMD", .reset = 0, .writable = 0x7fff'ffff, .clears_itself = 1u << 31},
    {.offset = E2P_DATA, .name = "E2P_DATA", .reset = 0, .writable = 0xff},
    {.offset = BURST_CAP, .name = "BURST_CAP", .reset = 0, .writable = 0xff},
    {.offset = INT_EP_CTL, .name = "INT_EP_CTL", .reset = 0, .writable = 0x800f'ffff},
    {.offset = BULK_IN_DLY, .name = "BULK_IN_DLY", .reset = 0, .writable = 0xffff},
    {.offset = MAC_CR, .name = "MAC_CR", .reset = 0x0004'0000, .writable = 0x80bf'bdfc},
    {.offset = ADDRH, .name = "ADDRH", .reset = 0xffff, .writable = 0xffff},
    {.offset = ADDRL, .name = "ADDRL", .reset = 0xffff'ffff, .writable = 0xffff'ffff},
    {.offset = HASHH, .name = "HASHH", .reset = 0, .writable = 0xffff'ffff},
    {.offset = HASHL, .name = "HASHL", .reset = 0, .writable = 0xffff'ffff},
    {.offset = MII_ADDR, .name = "MII_ADDR", .reset = 0, .writable = 0xffc2, .clears_itself = 1},
    {.offset = MII_DATA, .name = "MII_DATA", .reset = 0, .writable = 0xffff},
    {.offset = FLOW, .name = "FLOW", .reset = 0, .writable = 0xffff'0006},
    {.offset = VLAN1, .name = "VLAN1", .reset = 0xffff, .writable = 0xffff},
    {.offset = COE_CR, .name = "COE_CR", .reset = 0, .writable = 0x0001'0003},
});

// The PHY within tells that the link went down, and that negotiation ended.
constexpr EthernetPhy::Kind kPhy = {.id1 = 0x0007,
                                    .id2 = 0xc0c3,
                                    .is_gigabit = false,
                                    .interrupt_mask = 30,
                                    .interrupt_source = 29,
                                    .interrupt_enable = 0,
                                    .link_changed = 0x0010,
                                    .negotiation_ended = 0x0040};

Device::Facts FactsOf(std::uint16_t packet_size) {
  return {.vendor = 0x0424,
          .product = 0xec00,
          .version = 0x0200,
          .device_class = 0xff,
          .interface_class = 0xff,
          .interface_protocol = 0xff,
          .endpoints = {{.address = UsbEthernet::kBulkIn, .type = 2, .packet_size = packet_size, .interval = 0},
                        {.address = UsbEthernet::kBulkOut, .type = 2, .packet_size = packet_size, .interval = 0},
                        {.address = UsbEthernet::kInterruptIn, .type = 3, .packet_size = 16, .interval = 4}}};
}

// [LAN9514] TX Command A and B
constexpr std::uint32_t kFirstSegment = 1 << 13, kLastSegment = 1 << 12, kTransmitLength = 0x7ff;
// [LAN9514] RX Status
constexpr std::uint32_t kReceiveBroadcast = 1 << 13, kReceiveMulticast = 1 << 10, kFrameType = 1 << 5;

}  // namespace

Lan9514::Lan9514(std::uint16_t packet_size)
    : UsbEthernet(FactsOf(packet_size), kRules, kPhy,
                  {.mii_command = MII_ADDR,
                   .mii_data = MII_DATA,
                   .interrupt_status = INT_STS,
                   .interrupt_enable = INT_EP_CTL,
                   .phy_interrupt = kPhyInterrupt}) {}

std::size_t Lan9514::FifoSize() const { return kReceiveFifo; }

bool Lan9514::WantsPause() const {
  const std::size_t high_water = (registers_.Get(AFC_CFG) >> 16 & 0xff) * 64;
  return (registers_.Get(FLOW) & kFlowControl) != 0 && registers_.Get(FLOW) >> 16 != 0 && high_water > 0 &&
         fifo_used_ >= high_water;
}

UsbEthernet::Bursts Lan9514::ReadBursts() const {
  const std::uint32_t hardware = registers_.Get(HW_CFG);
  const bool are_many = (hardware & kMultipleFrames) != 0;
  const bool is_capped = (hardware & kBurstCap) != 0;
  const std::uint32_t packet = FindEndpoint(kBulkIn)->packet_size;
  return {.is_enabled = (registers_.Get(MAC_CR) & kMacReceive) != 0,
          .is_empty_answered = (hardware & kNakWhenEmpty) == 0,
          .most_frames = are_many ? 1000u : 1u,
          .most_bytes = is_capped ? registers_.Get(BURST_CAP) * std::size_t{packet} : kReceiveFifo};
}

bool Lan9514::Accepts(std::span<const std::byte> frame) const {
  if (frame.size() < 14 || frame.size() > 1514 + 4) return false;
  const std::uint32_t control = registers_.Get(MAC_CR);
  if ((control & kPromiscuous) != 0) return true;
  const bool is_broadcast = std::ranges::all_of(frame.first(6), [](std::byte byte) { return byte == std::byte{0xff}; });
  if (is_broadcast) return (control & kNoBroadcast) == 0;
  if ((frame[0] & std::byte{1}) != std::byte{0}) return (control & kAllMulticast) != 0;
  const std::uint32_t high = registers_.Get(ADDRH);
  return LoadLittle32(frame, 0) == registers_.Get(ADDRL) && frame[4] == std::byte(high & 0xff) &&
         frame[5] == std::byte(high >> 8 & 0xff);
}

Bytes Lan9514::RecordOf(std::span<const std::byte> frame, const Damage& damage) const {
  const auto size = static_cast<std::uint32_t>(frame.size() + 4);
  std::uint32_t status = (damage.length.value_or(size) & 0x3fff) << 16 | damage.status | kFrameType;
  if ((frame[0] & std::byte{1}) != std::byte{0}) {
    status |= frame[1] == std::byte{0xff} ? kReceiveBroadcast : kReceiveMulticast;
  }
  Bytes record;
  AppendLittle(record, status, 4);
  record.resize(record.size() + (registers_.Get(HW_CFG) & kDataOffset) / (kDataOffset & -kDataOffset));
  record.insert(record.end(), frame.begin(), frame.end());
  const auto check = CheckSequenceOf(frame);
  record.insert(record.end(), check.begin(), check.end());
  return record;
}

void Lan9514::OnTransfer(std::span<const std::byte> bytes) {
  if ((registers_.Get(MAC_CR) & kMacTransmit) == 0 || (registers_.Get(TX_CFG) & kTransmitOn) == 0) {
    Violation("a transfer of %zu bytes while transmission is off", bytes.size());
    return;
  }
  if (bytes.size() < 8) {
    Violation("%zu bytes where a transmit command belongs", bytes.size());
    return;
  }
  const std::uint32_t a = LoadLittle32(bytes, 0), b = LoadLittle32(bytes, 4);
  const std::size_t size = a & kTransmitLength;
  if ((a & ~kTransmitLength) != (kFirstSegment | kLastSegment) || b != size) {
    Violation("transmit command %#x %#x asks for what no driver of ours uses", a, b);
  }
  if (size < 14 || size > 1518 || size != bytes.size() - 8) {
    Violation("a transmit command of %zu bytes, and %zu follow", size, bytes.size() - 8);
    return;
  }
  CountBatch(1);
  Send(bytes.subspan(8));
}

void Lan9514::OnWritten(std::uint32_t offset, std::uint32_t before, std::uint32_t value) {
  const bool is_on = (registers_.Get(MAC_CR) & kMacReceive) != 0;
  switch (offset) {
    case HW_CFG:
      if ((value & (kLiteReset | kSoftReset)) != 0) {
        registers_.Reset();
        registers_.SetBits(HW_CFG, value & (kLiteReset | kSoftReset));
        ResetPhy();
        ClearFifo();
      } else if (is_on && value != before) {
        Violation("HW_CFG is changed while the receiver is on");
      }
      break;
    case PM_CTRL:
      if ((value & kPhyReset) != 0) ResetPhy();
      break;
    case BURST_CAP:
    case AFC_CFG:
      if (is_on && value != before) Violation("register %#x is changed while the receiver is on", offset);
      break;
    case FLOW:
      if ((value & kFlowControl) != 0 && (registers_.Get(MAC_CR) & kFullDuplex) == 0) {
        Violation("pause frames in half duplex");
      }
      break;
    case MAC_CR:
      if ((value & kPromiscuous) != 0 && (value & kMacReceive) != 0) Violation("reception of everybody's frames");
      break;
    case COE_CR:
      if ((value & 1) != 0) Violation("checksums by hardware, which is wrong with tags");
      break;
    default:
      break;
  }
}

}  // namespace models
