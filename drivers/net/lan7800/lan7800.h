// The LAN7800, gigabit Ethernet of the Raspberry Pi 3 B+ (there part of a LAN7515). [LAN7800]
//
//   UsbEthernet ethernet(net_lan7800::kLan7800, mac, memory, packets, buffers, waker);
//   host.Add(ethernet);
#ifndef ENKEL_DRIVERS_NET_LAN7800_LAN7800_H_
#define ENKEL_DRIVERS_NET_LAN7800_LAN7800_H_

#include "drivers/bus/usb_ethernet/chip.h"

namespace drivers::net_lan7800 {

// Pause frames as negotiated, no energy-efficient Ethernet (links were seen to fail with it), checksums left to the
// stack (the chip's are wrong with VLAN tags), all multicast, many frames a transfer both ways.
extern const usb_ethernet::Chip kLan7800;

}  // namespace drivers::net_lan7800

#endif  // ENKEL_DRIVERS_NET_LAN7800_LAN7800_H_
