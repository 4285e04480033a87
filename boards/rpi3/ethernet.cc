// Ethernet at the end of USB: the chip of a 3 B+ or a 3 B, or an adapter, whichever is found.
#include "boards/ethernet.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <utility>

#include "boards/rpi3/addresses.h"
#include "boards/rpi3/mailbox.h"
#include "boards/rpi3/usb.h"
#include "drivers/bus/usb/host.h"
#include "drivers/bus/usb_ethernet/usb_ethernet.h"
#include "drivers/bus/usb_ethernet/whichever.h"
#include "drivers/net/cdc_ecm/cdc_ecm.h"
#include "drivers/net/lan7800/lan7800.h"
#include "drivers/net/lan9514/lan9514.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace board {
namespace {

using drivers::cdc_ecm::CdcEcm;
using drivers::net_lan7800::kLan7800;
using drivers::net_lan9514::kLan9514;
using drivers::usb_ethernet::UsbEthernet;
using drivers::usb_ethernet::Whichever;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

// An object that is made when it is known of what.
template <typename T>
struct Place {
  template <typename... Arguments>
  T& Make(Arguments&&... arguments) {
    return *new (bytes.data()) T(std::forward<Arguments>(arguments)...);
  }
  alignas(T) std::array<std::byte, sizeof(T)> bytes;
};

constinit UsbEthernet::Memory lan7800_memory = {};
constinit UsbEthernet::Memory lan9514_memory = {};
constinit CdcEcm::Memory adapter_memory = {};
constinit Place<UsbEthernet> lan7800 = {};
constinit Place<UsbEthernet> lan9514 = {};
constinit Place<CdcEcm> adapter = {};
constinit Place<Whichever> whichever = {};
constinit bool is_open = false;

// The board's own, of which every network device of it makes use.
Result<net::MacAddress> AskMac() {
  std::array<std::uint32_t, 2> answer = {};
  if (const auto asked = AskFirmwareForBytes(FirmwareTag::kMac, answer, 6); !asked) return Fail(asked.error());
  net::MacAddress mac;
  std::memcpy(mac.bytes.data(), answer.data(), mac.bytes.size());
  return mac;
}

}  // namespace

Result<net::Device*> OpenEthernet(net::PacketPool& packets, net::BufferPool& buffers, kernel::Waker& waker) {
  if (is_open) return Fail(Error::kInUse);
  if (buffers.capacity() < std::max(CdcEcm::kLargestFrame, UsbEthernet::kSmallestBuffer)) {
    return Fail(Error::kUnsupported);
  }
  const Result<net::MacAddress> mac = AskMac();
  if (!mac) return Fail(Error::kNotFound);
  const Result<drivers::usb::Host*> host = UsbHost();
  if (!host) return Fail(host.error());
  UsbEthernet& of_3b_plus = lan7800.Make(kLan7800, *mac, lan7800_memory, packets, buffers, waker);
  UsbEthernet& of_3b = lan9514.Make(kLan9514, *mac, lan9514_memory, packets, buffers, waker);
  CdcEcm& other = adapter.Make(*mac, adapter_memory, packets, buffers, waker);
  (*host)->Add(of_3b_plus);
  (*host)->Add(of_3b);
  (*host)->Add(other);
  if (const Result<void> started = StartUsb(); !started) return Fail(started.error());
  is_open = true;
  const std::array<net::Device*, 3> devices = {&of_3b_plus, &of_3b, &other};
  return &whichever.Make(other.capabilities(), devices);
}

}  // namespace board
