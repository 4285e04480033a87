// Ethernet at the end of USB: the chip of a 3 B+ or a 3 B, or an adapter, whichever is found.
#include "boards/ethernet.h"

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
#include "drivers/net/cdc_ecm/cdc_ecm.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace board {
namespace {

using drivers::cdc_ecm::CdcEcm;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

constinit CdcEcm::Memory memory = {};
alignas(CdcEcm) constinit std::array<std::byte, sizeof(CdcEcm)> storage = {};
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
  if (buffers.capacity() < CdcEcm::kLargestFrame) return Fail(Error::kUnsupported);
  const Result<net::MacAddress> mac = AskMac();
  if (!mac) return Fail(Error::kNotFound);
  const Result<drivers::usb::Host*> host = UsbHost();
  if (!host) return Fail(host.error());
  auto* const ethernet = new (storage.data()) CdcEcm(*mac, memory, packets, buffers, waker);
  (*host)->Add(*ethernet);
  if (const Result<void> started = StartUsb(); !started) return Fail(started.error());
  is_open = true;
  return ethernet;
}

}  // namespace board
