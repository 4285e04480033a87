#include "net/tcp/tcp.h"

#include "boards/machine/late.h"
#include "boards/machine/network.h"
#include "boards/machine/parts.h"

namespace machine {
namespace {

constinit Late<net::tcp::Tcp> tcp_layer;

}  // namespace

net::tcp::Tcp& Network::tcp() {
  Parts& parts = GetParts();
  if (!tcp_layer.IsMade()) {
    // Half of all buffers: what is received, other connections and other protocols need some, too.
    const std::size_t connections = WantedSizes().connections;
    const net::tcp::Config config = {
        .connections = connections,
        .half_open = connections / 4,
        .time_waits = connections * 4,
        .ranges = connections * 4,
        .send_slices = connections * 4,
        .memory = parts.buffers.count() * Parts::kBufferSize / 2,
    };
    tcp_layer.Make(parts.context, parts.ip, config, TakeStorage(net::tcp::Tcp::StorageFor(config)));
  }
  return *tcp_layer;
}

}  // namespace machine
