// A board without a driver for an Ethernet device.
#include "boards/ethernet.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace board {

kernel::Result<net::Device*> OpenEthernet(net::PacketPool&, net::BufferPool&, kernel::Waker&) {
  return kernel::Fail(kernel::Error::kNotFound);
}

}  // namespace board
