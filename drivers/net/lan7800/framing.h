// How frames lie in the LAN7800's transfers. [LAN7800] RX and TX Commands
#ifndef ENKEL_DRIVERS_NET_LAN7800_FRAMING_H_
#define ENKEL_DRIVERS_NET_LAN7800_FRAMING_H_

#include <cstddef>
#include <span>

#include "drivers/bus/usb_ethernet/chip.h"

namespace drivers::net_lan7800 {

// Takes the first frame off a burst, which is not empty: commands A (4 bytes), B (4) and C (2), and the frame with its
// check sequence; the next one begins at a multiple of 4. Any bytes may come.
usb_ethernet::ReceivedFrame TakeFrame(std::span<const std::byte>& burst);

// Commands A and B of a frame that is sent: the chip adds the check sequence.
void WriteCommand(std::span<std::byte, usb_ethernet::kCommandSize> to, std::size_t size);

}  // namespace drivers::net_lan7800

#endif  // ENKEL_DRIVERS_NET_LAN7800_FRAMING_H_
