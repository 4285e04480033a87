// Registers of the DesignWare USB 2.0 core in host mode, in their order. [DWC2] 5
#ifndef ENKEL_DRIVERS_USB_HOST_DWC2_REGISTERS_H_
#define ENKEL_DRIVERS_USB_HOST_DWC2_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::usb_host::dwc2 {

// AHB configuration. The BCM283x has bit 4 for "wait for AXI writes" in place of a burst length.
struct GAHBCFG : ReadWrite<0x008> {
  using GLBLINTRMSK = Bits<0>;
  using WAIT_AXI_WRITES = Bits<4>;
  using DMAEN = Bits<5>;
};

// USB configuration.
struct GUSBCFG : ReadWrite<0x00c> {
  using PHYIF16 = Bits<3>;
  using ULPI_UTMI_SEL = Bits<4>;
  using SRPCAP = Bits<8>;
  using HNPCAP = Bits<9>;
  using ULPI_FS_LS = Bits<17>;
  using ULPI_CLK_SUSP_M = Bits<19>;
  using ULPI_EXT_VBUS_DRV = Bits<20>;
  using TERM_SEL_DL_PULSE = Bits<22>;
  using FORCEHOSTMODE = Bits<29>;
};

// Reset.
struct GRSTCTL : ReadWrite<0x010> {
  using CSFTRST = Bits<0>;
  using RXFFLSH = Bits<4>;
  using TXFFLSH = Bits<5>;
  using TXFNUM = Bits<6, 5>;
  using AHBIDLE = Bits<31>;
};

// Interrupt status, and which of it interrupts.
using SOF = Bits<3>;
using PRTINT = Bits<24>;
using HCHINT = Bits<25>;
using DISCONNINT = Bits<29>;
struct GINTSTS : ReadWrite<0x014> {};
struct GINTMSK : ReadWrite<0x018> {};

// Sizes of the FIFOs, in words.
struct GRXFSIZ : ReadWrite<0x024> {};
struct GNPTXFSIZ : ReadWrite<0x028> {
  using START = Bits<0, 16>;
  using DEPTH = Bits<16, 16>;
};
struct GSNPSID : ReadOnly<0x040> {
  using KIND = Bits<16, 16>;  // "OT"
};
struct GHWCFG2 : ReadOnly<0x048> {
  using HS_PHY_TYPE = Bits<6, 2>;     // 1: UTMI+, 2: ULPI, 3: both
  using FS_PHY_TYPE = Bits<8, 2>;     // 1: dedicated
  using NUM_HOST_CHAN = Bits<14, 4>;  // less one
};
struct GHWCFG3 : ReadOnly<0x04c> {
  using XFERSIZE_WIDTH = Bits<0, 4>;  // less 11
  using PKTCNT_WIDTH = Bits<4, 3>;    // less 4
};
struct HPTXFSIZ : ReadWrite<0x100> {
  using START = Bits<0, 16>;
  using DEPTH = Bits<16, 16>;
};

struct HCFG : ReadWrite<0x400> {
  using FSLSPCLKSEL = Bits<0, 2>;  // 0: 30/60 MHz, 1: 48 MHz
};
struct HFNUM : ReadOnly<0x408> {
  using FRNUM = Bits<0, 16>;  // microframes at high speed, else frames
};
struct HAINT : ReadOnly<0x414> {};
struct HAINTMSK : ReadWrite<0x418> {};

// The root port. A one written to CONNDET, ENA, ENCHNG or OVRCURRCHNG clears it.
struct HPRT : ReadWrite<0x440> {
  using CONNSTS = Bits<0>;
  using CONNDET = Bits<1>;
  using ENA = Bits<2>;
  using ENCHNG = Bits<3>;
  using OVRCURRACT = Bits<4>;
  using OVRCURRCHNG = Bits<5>;
  using RST = Bits<8>;
  using PWR = Bits<12>;
  using SPD = Bits<17, 2>;  // 0 high, 1 full, 2 low
  static constexpr std::uint32_t kClearedByOne = CONNDET::kMask | ENA::kMask | ENCHNG::kMask | OVRCURRCHNG::kMask;
};

// A host channel; there is one each kStride bytes.
inline constexpr std::uint32_t kStride = 0x20;

struct HCCHAR : ReadWrite<0x500> {
  using MPS = Bits<0, 11>;
  using EPNUM = Bits<11, 4>;
  using EPDIR = Bits<15>;  // 1: IN
  using LSDEV = Bits<17>;
  using EPTYPE = Bits<18, 2>;
  using MC = Bits<20, 2>;
  using DEVADDR = Bits<22, 7>;
  using ODDFRM = Bits<29>;
  using CHDIS = Bits<30>;
  using CHENA = Bits<31>;
};
struct HCSPLT : ReadWrite<0x504> {
  using PRTADDR = Bits<0, 7>;
  using HUBADDR = Bits<7, 7>;
  using XACTPOS = Bits<14, 2>;  // 3: all of the data
  using COMPSPLT = Bits<16>;
  using SPLTENA = Bits<31>;
};
struct HCINT : ReadWrite<0x508> {
  using XFERCOMPL = Bits<0>;
  using CHHLTD = Bits<1>;
  using AHBERR = Bits<2>;
  using STALL = Bits<3>;
  using NAK = Bits<4>;
  using ACK = Bits<5>;
  using NYET = Bits<6>;
  using XACTERR = Bits<7>;
  using BBLERR = Bits<8>;
  using FRMOVRUN = Bits<9>;
  using DATATGLERR = Bits<10>;
  template <typename Field>
  bool Has() const {
    return Field::Get(value) != 0;
  }
};
struct HCINTMSK : ReadWrite<0x50c> {};
struct HCTSIZ : ReadWrite<0x510> {
  using XFERSIZE = Bits<0, 19>;
  using PKTCNT = Bits<19, 10>;
  using PID = Bits<29, 2>;
  using DOPNG = Bits<31>;
};
struct HCDMA : ReadWrite<0x514> {};

inline constexpr std::uint32_t kData0 = 0;
inline constexpr std::uint32_t kData1 = 2;
inline constexpr std::uint32_t kSetup = 3;

struct PCGCTL : ReadWrite<0xe00> {};

}  // namespace drivers::usb_host::dwc2

#endif  // ENKEL_DRIVERS_USB_HOST_DWC2_REGISTERS_H_
