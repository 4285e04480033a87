#include "net/udp/udp.h"

#include <array>
#include <cstddef>

#include "boards/machine/late.h"
#include "boards/machine/network.h"
#include "boards/machine/parts.h"
#include "net/udp/socket.h"

namespace machine {
namespace {

constexpr std::size_t kBuckets = 256;
constinit std::array<net::udp::Socket*, kBuckets> buckets = {};
constinit Late<net::udp::Udp> udp_layer;

}  // namespace

net::udp::Udp& Network::udp() {
  Parts& parts = GetParts();
  if (!udp_layer.IsMade()) udp_layer.Make(parts.context, parts.ip, buckets);
  return *udp_layer;
}

}  // namespace machine
