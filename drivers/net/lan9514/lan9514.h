// The Ethernet of a LAN9514: 100 Mbit/s of the Raspberry Pi 3 B, behind the chip's own hub. [LAN9514]
//
//   UsbEthernet ethernet(net_lan9514::kLan9514, mac, memory, packets, buffers, waker);
//   host.Add(ethernet);
#ifndef ENKEL_DRIVERS_NET_LAN9514_LAN9514_H_
#define ENKEL_DRIVERS_NET_LAN9514_LAN9514_H_

#include "drivers/bus/usb_ethernet/chip.h"

namespace drivers::net_lan9514 {

// Pause frames as negotiated, checksums left to the stack (the chip's fail for short frames), all multicast, many
// frames a transfer on receipt and one when sending.
extern const usb_ethernet::Chip kLan9514;

}  // namespace drivers::net_lan9514

#endif  // ENKEL_DRIVERS_NET_LAN9514_LAN9514_H_
