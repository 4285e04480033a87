// How frames lie in the LAN9514's transfers. [LAN9514] RX Status, TX Commands
#ifndef ENKEL_DRIVERS_NET_LAN9514_FRAMING_H_
#define ENKEL_DRIVERS_NET_LAN9514_FRAMING_H_

#include <cstddef>
#include <span>

#include "drivers/bus/usb_ethernet/chip.h"

namespace drivers::net_lan9514 {

// Bytes that the chip is told to leave between status and frame.
inline constexpr std::size_t kDataOffset = 2;

// Takes the first frame off a burst, which is not empty: status (4 bytes), kDataOffset, and the frame with its check
// sequence; the next one begins at a multiple of 4. Any bytes may come.
usb_ethernet::ReceivedFrame TakeFrame(std::span<const std::byte>& burst);

// Commands A and B of a frame that is sent, whole in one transfer: the chip adds the check sequence.
void WriteCommand(std::span<std::byte, usb_ethernet::kCommandSize> to, std::size_t size);

}  // namespace drivers::net_lan9514

#endif  // ENKEL_DRIVERS_NET_LAN9514_FRAMING_H_
