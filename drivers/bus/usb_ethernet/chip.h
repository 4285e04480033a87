// What differs from one USB Ethernet chip to the next: tables of steps, and how frames lie in transfers.
#ifndef ENKEL_DRIVERS_BUS_USB_ETHERNET_CHIP_H_
#define ENKEL_DRIVERS_BUS_USB_ETHERNET_CHIP_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/usb_ethernet/script.h"
#include "drivers/bus/usb_ethernet/step.h"

namespace drivers::usb_ethernet {

// What stands before a frame in a transfer to either chip: two words.
inline constexpr std::size_t kCommandSize = 8;  // bytes

// A frame that was taken off a burst.
struct ReceivedFrame {
  enum class Verdict : std::uint8_t {
    kGood,
    kBadChecksum,  // good to Ethernet; the chip doubts a checksum of IP, TCP or UDP, which the stack looks at itself
    kDamaged,      // not to be used
    kBadLength,    // the burst makes no sense from here on
  };
  Verdict verdict = Verdict::kBadLength;
  std::span<const std::byte> bytes;  // without check sequence; of a damaged one nothing
};

// How a link came out. [IEEE802.3] 28B.3
struct Link {
  bool is_full_duplex = false;
  bool may_send_pause = false;
  bool obeys_pause = false;
};

struct Chip {
  std::uint16_t vendor;
  std::uint16_t product;
  MiiPlaces mii;
  std::uint32_t phy_interrupt;    // bit of what the interrupt endpoint says
  std::span<const Step> start;    // from any state to waiting for a link, receiving and sending
  std::span<const Step> look;     // finds out how the link is: the slots from kPhyInterrupt to kSpeed
  std::span<const Step> on_link;  // the MAC follows what was negotiated
  std::span<const Step> on_link_lost;
  std::uint32_t duplex;    // bit of Slot::kSpeed: full duplex
  std::size_t most_burst;  // bytes of a burst that the chip is asked for
  std::size_t send_size;   // bytes of a transfer to the chip: one frame, or several

  // Takes the first frame off `burst`, which is not empty. Any bytes may come.
  ReceivedFrame (*take)(std::span<const std::byte>& burst);
  // What stands before a frame of `size` bytes.
  void (*write_command)(std::span<std::byte, kCommandSize> to, std::size_t size);
  // Sets kMacControl and kFlowControl.
  void (*resolve)(const Link& link, Script& script);
};

}  // namespace drivers::usb_ethernet

#endif  // ENKEL_DRIVERS_BUS_USB_ETHERNET_CHIP_H_
