// A network interface of the Linux below, which the environment names: ENKEL_TAP a tap, ENKEL_PACKET any other.
// ENKEL_OFFLOAD=off: every frame is complete, and none larger than Ethernet's.
#include "boards/ethernet.h"

#include <array>
#include <span>
#include <string_view>

#include "boards/linux/environment.h"
#include "boards/linux/interface.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace board {

using kernel::Result;

Result<net::Device*> OpenEthernet(net::PacketPool& packets, net::BufferPool& buffers, kernel::Waker& waker) {
  const DeviceUser user = {.packets = packets, .buffers = buffers, .waker = waker};
  std::array<char, 4> offload;
  const bool has_offload = ReadEnvironment("ENKEL_OFFLOAD", offload) != "off";
  std::array<char, kMostInterfaceName> storage;
  if (const std::string_view name = ReadEnvironment("ENKEL_TAP", storage); !name.empty()) {
    return OpenTap(name, has_offload, user);
  }
  if (const std::string_view name = ReadEnvironment("ENKEL_PACKET", storage); !name.empty()) {
    return OpenPacketSocket(name, has_offload, user);
  }
  return kernel::Fail(kernel::Error::kNotFound);
}

}  // namespace board
