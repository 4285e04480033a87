// iperf3's protocol, TCP, both sides of it as far as the other side needs it: both directions, several streams.
#ifndef ENKEL_TESTING_LINUX_PEER_IPERF_H_
#define ENKEL_TESTING_LINUX_PEER_IPERF_H_

#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "net/context.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"

namespace linux_peer {

// One test after the other, on port 5201.
kernel::Task<> ServeIperf(net::Context& context, net::tcp::Tcp& tcp);

struct IperfVisit {
  net::IpAddress server;
  unsigned seconds = 1;
  unsigned streams = 1;
  bool is_reverse = false;  // the server sends
};

// One test at a server; the bytes of all streams, as we saw them. Errors: Connect's, kClosed (the server went, or said
// what nobody expected).
kernel::Task<kernel::Result<std::uint64_t>> VisitIperf(net::Context& context, net::tcp::Tcp& tcp,
                                                       const IperfVisit& visit);

}  // namespace linux_peer

#endif  // ENKEL_TESTING_LINUX_PEER_IPERF_H_
