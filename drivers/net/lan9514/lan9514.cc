#include "drivers/net/lan9514/lan9514.h"

#include <array>
#include <cstdint>

#include "drivers/bus/usb_ethernet/chip.h"
#include "drivers/bus/usb_ethernet/script.h"
#include "drivers/bus/usb_ethernet/step.h"
#include "drivers/net/lan9514/framing.h"

namespace drivers::net_lan9514 {
namespace {

using usb_ethernet::Check;
using usb_ethernet::Link;
using usb_ethernet::Modify;
using usb_ethernet::PhyModify;
using usb_ethernet::PhyRead;
using usb_ethernet::PhyRegister;
using usb_ethernet::PhyWrite;
using usb_ethernet::ReadOnly;
using usb_ethernet::ReadWrite;
using usb_ethernet::Script;
using usb_ethernet::Slot;
using usb_ethernet::WaitClear;
using usb_ethernet::Write;

// Registers, in the order of [LAN9514], with its names.
constexpr ReadOnly ID_REV{0x00};
constexpr ReadWrite INT_STS{0x08};
constexpr ReadWrite TX_CFG{0x10};
constexpr ReadWrite HW_CFG{0x14};
constexpr ReadWrite PM_CTRL{0x20};
constexpr ReadWrite LED_GPIO_CFG{0x24};
constexpr ReadWrite AFC_CFG{0x2c};
constexpr ReadWrite BURST_CAP{0x38};
constexpr ReadWrite INT_EP_CTL{0x68};
constexpr ReadWrite BULK_IN_DLY{0x6c};
constexpr ReadWrite MAC_CR{0x100};
constexpr ReadWrite ADDRH{0x104};
constexpr ReadWrite ADDRL{0x108};
constexpr ReadWrite MII_ADDR{0x114};
constexpr ReadWrite MII_DATA{0x118};
constexpr ReadWrite FLOW{0x11c};
constexpr ReadWrite COE_CR{0x130};

// Their bits.
constexpr std::uint32_t BCE = 1 << 1, LRST = 1 << 3, MEF = 1 << 5, RXDOFF = 3 << 9, BIR = 1 << 12;  // HW_CFG
constexpr std::uint32_t PHY_RST = 1 << 4;                                                           // PM_CTRL
constexpr std::uint32_t TX_ON = 1 << 2;                                                             // TX_CFG
constexpr std::uint32_t PHY_INT = 1 << 15;                                              // INT_STS, INT_EP_CTL
constexpr std::uint32_t RXEN = 1 << 2, TXEN = 1 << 3, MCPAS = 1 << 19, FDPX = 1 << 20,  // MAC_CR
    RCVOWN = 1 << 23;
constexpr std::uint32_t FCEN = 1 << 1, PAUSE_TIME = 0xffff'0000;  // FLOW

constexpr int kDataOffsetBit = 9;                 // HW_CFG
constexpr std::uint32_t kMostBurst = 12 * 1024;   // bytes
constexpr std::uint32_t kBulkInDelay = 0x2000;    // cycles of 60 MHz that a burst waits for another frame: 137 us
constexpr std::uint32_t kAutoFlow = 0x00f8'30a1;  // pause from 15,872 bytes on until 3,072; back-pressure for 350 us
constexpr std::uint32_t kLedsOfNetwork = 0x0111'0000;  // link, activity, speed

// The PHY's registers. [IEEE802.3] 22.2.4; from 29 on its own.
constexpr PhyRegister kBasicControl{0};
constexpr PhyRegister kBasicStatus{1};
constexpr PhyRegister kAdvertisement{4};
constexpr PhyRegister kPartner{5};
constexpr PhyRegister kInterruptSource{29};
constexpr PhyRegister kInterruptMask{30};
constexpr PhyRegister kSpecialStatus{31};

constexpr std::uint16_t kNegotiateAnew = 0x1200;
constexpr std::uint16_t kBothPauses = 0x0c00;
constexpr std::uint16_t kLinkDown = 0x0010, kNegotiated = 0x0040;
constexpr std::uint32_t kFullDuplex = 1 << 4;  // kSpecialStatus

// How the MAC stands while there is no link, and in half duplex.
constexpr std::uint32_t kHalfDuplex = RCVOWN | MCPAS | TXEN | RXEN;

constexpr auto kStart = std::to_array<usb_ethernet::Step>({
    Check(ID_REV, 0xffff'0000, 0xec00'0000),
    Modify(HW_CFG, 0, LRST),
    WaitClear(HW_CFG, LRST),
    Modify(PM_CTRL, 0, PHY_RST),
    WaitClear(PM_CTRL, PHY_RST),
    Write(ADDRL, Slot::kMacLow),
    Write(ADDRH, Slot::kMacHigh),
    // An empty FIFO answers NAK, not an empty packet; bursts hold many frames and end at the cap.
    Modify(HW_CFG, RXDOFF, BIR | MEF | BCE | static_cast<std::uint32_t>(kDataOffset) << kDataOffsetBit),
    Write(BURST_CAP, Slot::kBurstCap),
    Write(BULK_IN_DLY, kBulkInDelay),
    Write(INT_EP_CTL, 0),
    Write(INT_STS, 0xffff'ffff),
    Write(LED_GPIO_CFG, kLedsOfNetwork),
    Write(FLOW, 0),
    Write(AFC_CFG, kAutoFlow),
    Write(COE_CR, 0),
    PhyModify(kAdvertisement, 0, kBothPauses),
    PhyRead(kInterruptSource, Slot::kPhyInterrupt),
    PhyWrite(kInterruptMask, kLinkDown | kNegotiated),
    PhyModify(kBasicControl, 0, kNegotiateAnew),
    Write(TX_CFG, TX_ON),
    Write(MAC_CR, kHalfDuplex),
    Write(INT_EP_CTL, PHY_INT),
});

// A link that was lost meanwhile stands in the first BMSR, how it is now in the second. [IEEE802.3] 22.2.4.2.13
constexpr auto kLook = std::to_array<usb_ethernet::Step>({
    PhyRead(kInterruptSource, Slot::kPhyInterrupt),
    Write(INT_STS, PHY_INT),
    PhyRead(kBasicStatus, Slot::kBasicStatus),
    PhyRead(kBasicStatus, Slot::kBasicStatus),
    PhyRead(kPartner, Slot::kPartner),
    PhyRead(kSpecialStatus, Slot::kSpeed),
});

constexpr auto kOnLink = std::to_array<usb_ethernet::Step>({
    Write(MAC_CR, Slot::kMacControl),
    Write(FLOW, Slot::kFlowControl),
});
constexpr auto kOnLinkLost = std::to_array<usb_ethernet::Step>({Write(FLOW, 0), Write(MAC_CR, kHalfDuplex)});

// The chip sends and obeys pause frames by one bit: only where both is agreed.
void Resolve(const Link& link, Script& script) {
  script[Slot::kMacControl] = link.is_full_duplex ? FDPX | MCPAS | TXEN | RXEN : kHalfDuplex;
  script[Slot::kFlowControl] = link.may_send_pause && link.obeys_pause ? PAUSE_TIME | FCEN : 0;
}

}  // namespace

constinit const usb_ethernet::Chip kLan9514 = {
    .vendor = 0x0424,
    .product = 0xec00,
    .mii = {.command = MII_ADDR, .data = MII_DATA},
    .phy_interrupt = PHY_INT,
    .start = kStart,
    .look = kLook,
    .on_link = kOnLink,
    .on_link_lost = kOnLinkLost,
    .duplex = kFullDuplex,
    .most_burst = kMostBurst,
    .send_size = 2048,
    .take = TakeFrame,
    .write_command = WriteCommand,
    .resolve = Resolve,
};

}  // namespace drivers::net_lan9514
