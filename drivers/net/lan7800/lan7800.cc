#include "drivers/net/lan7800/lan7800.h"

#include <array>
#include <cstdint>

#include "drivers/bus/usb_ethernet/chip.h"
#include "drivers/bus/usb_ethernet/script.h"
#include "drivers/bus/usb_ethernet/step.h"
#include "drivers/net/lan7800/framing.h"

namespace drivers::net_lan7800 {
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
using usb_ethernet::WaitSet;
using usb_ethernet::Write;

// Registers, in the order of [LAN7800], with its names.
constexpr ReadOnly ID_REV{0x000};
constexpr ReadWrite INT_STS{0x00c};
constexpr ReadWrite HW_CFG{0x010};
constexpr ReadWrite PMT_CTL{0x014};
constexpr ReadWrite USB_CFG0{0x080};
constexpr ReadWrite BURST_CAP{0x090};
constexpr ReadWrite BULK_IN_DLY{0x094};
constexpr ReadWrite INT_EP_CTL{0x098};
constexpr ReadWrite RFE_CTL{0x0b0};
constexpr ReadWrite FCT_RX_CTL{0x0c0};
constexpr ReadWrite FCT_TX_CTL{0x0c4};
constexpr ReadWrite FCT_RX_FIFO_END{0x0c8};
constexpr ReadWrite FCT_TX_FIFO_END{0x0cc};
constexpr ReadWrite FCT_FLOW{0x0d0};
constexpr ReadWrite MAC_CR{0x100};
constexpr ReadWrite MAC_RX{0x104};
constexpr ReadWrite MAC_TX{0x108};
constexpr ReadWrite FLOW{0x10c};
constexpr ReadWrite RX_ADDRH{0x118};
constexpr ReadWrite RX_ADDRL{0x11c};
constexpr ReadWrite MII_ACC{0x120};
constexpr ReadWrite MII_DATA{0x124};
constexpr ReadWrite MAF_HI0{0x400};
constexpr ReadWrite MAF_LO0{0x404};

// Their bits.
constexpr std::uint32_t LRST = 1 << 1, MEF = 1 << 4, LED0_EN = 1 << 20, LED1_EN = 1 << 21;  // HW_CFG
constexpr std::uint32_t PHY_RST = 1 << 4, READY = 1 << 7;                                   // PMT_CTL
constexpr std::uint32_t BCE = 1 << 5, BIR = 1 << 6;                                         // USB_CFG0
constexpr std::uint32_t PHY_INT = 1 << 17;                                                  // INT_STS, INT_EP_CTL
constexpr std::uint32_t DA_PERFECT = 1 << 1, MCAST_EN = 1 << 9, BCAST_EN = 1 << 10,         // RFE_CTL
    CHECKSUMS = 0xf << 11;
constexpr std::uint32_t FCT_EN = 1u << 31;                                              // FCT_RX_CTL, FCT_TX_CTL
constexpr std::uint32_t AUTO_SPEED = 1 << 11, AUTO_DUPLEX = 1 << 12, EEE_EN = 1 << 17;  // MAC_CR
constexpr std::uint32_t RXEN = 1, MAX_SIZE = 0x3fff'0000, TXEN = 1;                     // MAC_RX, MAC_TX
constexpr std::uint32_t RX_FCEN = 1 << 29, TX_FCEN = 1 << 30;                           // FLOW
constexpr std::uint32_t MAF_VALID = 1u << 31;                                           // MAF_HI

constexpr std::uint32_t kUnit = 512;                      // bytes: of FIFO ends and thresholds
constexpr std::uint32_t kFifo = 12 * 1024;                // bytes, each way
constexpr std::uint32_t kPauseAt = 8704, kGoOnAt = 1024;  // bytes in the receive FIFO
constexpr std::uint32_t kLongestPause = 0xffff;           // in units of 512 bit times; a frame of pause 0 ends it
constexpr std::uint32_t kLargestFrame = 1522;             // bytes, with a VLAN tag and the check sequence
constexpr std::uint32_t kBulkInDelay = 0x800;  // cycles of 60 MHz that a burst waits for another frame: 34 us

// The PHY's registers. [IEEE802.3] 22.2.4; from 25 on those of the LAN8800.
constexpr PhyRegister kBasicControl{0};
constexpr PhyRegister kBasicStatus{1};
constexpr PhyRegister kAdvertisement{4};
constexpr PhyRegister kPartner{5};
constexpr PhyRegister kMmdControl{13};
constexpr PhyRegister kMmdData{14};
constexpr PhyRegister kInterruptMask{25};
constexpr PhyRegister kInterruptSource{26};
constexpr PhyRegister kAuxiliaryStatus{28};
constexpr PhyRegister kLeds{29};
constexpr PhyRegister kPage{31};

constexpr std::uint16_t kNegotiateAnew = 0x1200;
constexpr std::uint16_t kBothPauses = 0x0c00;
constexpr std::uint16_t kEeeDevice = 7, kEeeAdvertisement = 60, kMmdIsData = 0x4000;  // [IEEE802.3] 45.2.7.13
constexpr std::uint16_t kInterruptsOn = 0x8000, kLinkChanged = 0x2000;
constexpr std::uint32_t kFullDuplex = 1 << 5;  // kAuxiliaryStatus
constexpr std::uint16_t kLedsOfSpeed = 0x0061, kLedsMask = 0x00ff;

constexpr auto kStart = std::to_array<usb_ethernet::Step>({
    Check(ID_REV, 0xffff'0000, 0x7800'0000),
    Modify(HW_CFG, 0, LRST),
    WaitClear(HW_CFG, LRST),
    Write(RX_ADDRL, Slot::kMacLow),
    Write(RX_ADDRH, Slot::kMacHigh),
    Write(MAF_LO0, Slot::kMacLow),
    Write(MAF_HI0, Slot::kMacHigh, MAF_VALID),
    // An empty FIFO answers NAK, not an empty packet; bursts hold many frames and end at the cap.
    Modify(USB_CFG0, 0, BIR | BCE),
    Write(BURST_CAP, Slot::kBurstCap),
    Write(BULK_IN_DLY, kBulkInDelay),
    Modify(HW_CFG, 0, MEF | LED0_EN | LED1_EN),
    Write(FCT_RX_FIFO_END, kFifo / kUnit - 1),
    Write(FCT_TX_FIFO_END, kFifo / kUnit - 1),
    Write(INT_EP_CTL, 0),
    Write(INT_STS, 0xffff'ffff),
    Write(FLOW, 0),
    Write(FCT_FLOW, kPauseAt / kUnit | (kGoOnAt / kUnit) << 8),
    Modify(RFE_CTL, CHECKSUMS, BCAST_EN | MCAST_EN | DA_PERFECT),
    Modify(PMT_CTL, 0, PHY_RST),
    WaitClear(PMT_CTL, PHY_RST),
    WaitSet(PMT_CTL, READY),
    Modify(MAC_CR, EEE_EN, AUTO_DUPLEX | AUTO_SPEED),
    PhyWrite(kPage, 0),
    PhyModify(kLeds, kLedsMask, kLedsOfSpeed),
    PhyWrite(kMmdControl, kEeeDevice),
    PhyWrite(kMmdData, kEeeAdvertisement),
    PhyWrite(kMmdControl, kMmdIsData | kEeeDevice),
    PhyWrite(kMmdData, 0),
    PhyModify(kAdvertisement, 0, kBothPauses),
    PhyRead(kInterruptSource, Slot::kPhyInterrupt),
    PhyWrite(kInterruptMask, kInterruptsOn | kLinkChanged),
    PhyModify(kBasicControl, 0, kNegotiateAnew),
    Modify(MAC_TX, 0, TXEN),
    Modify(FCT_TX_CTL, 0, FCT_EN),
    Modify(MAC_RX, MAX_SIZE, kLargestFrame << 16),
    Modify(MAC_RX, 0, RXEN),
    Modify(FCT_RX_CTL, 0, FCT_EN),
    Write(INT_EP_CTL, PHY_INT),
});

// A link that was lost meanwhile stands in the first BMSR, how it is now in the second. [IEEE802.3] 22.2.4.2.13
constexpr auto kLook = std::to_array<usb_ethernet::Step>({
    PhyRead(kInterruptSource, Slot::kPhyInterrupt),
    Write(INT_STS, PHY_INT),
    PhyRead(kBasicStatus, Slot::kBasicStatus),
    PhyRead(kBasicStatus, Slot::kBasicStatus),
    PhyRead(kPartner, Slot::kPartner),
    PhyRead(kAuxiliaryStatus, Slot::kSpeed),
});

constexpr auto kOnLink = std::to_array<usb_ethernet::Step>({Write(FLOW, Slot::kFlowControl)});
constexpr auto kOnLinkLost = std::to_array<usb_ethernet::Step>({Write(FLOW, 0)});

void Resolve(const Link& link, Script& script) {
  std::uint32_t flow = 0;
  if (link.obeys_pause) flow |= RX_FCEN;
  if (link.may_send_pause) flow |= TX_FCEN | kLongestPause;
  script[Slot::kFlowControl] = flow;
}

}  // namespace

constinit const usb_ethernet::Chip kLan7800 = {
    .vendor = 0x0424,
    .product = 0x7800,
    .mii = {.command = MII_ACC, .data = MII_DATA},
    .phy_interrupt = PHY_INT,
    .start = kStart,
    .look = kLook,
    .on_link = kOnLink,
    .on_link_lost = kOnLinkLost,
    .duplex = kFullDuplex,
    .most_burst = kFifo,
    .send_size = 8192,
    .take = TakeFrame,
    .write_command = WriteCommand,
    .resolve = Resolve,
};

}  // namespace drivers::net_lan7800
