// The server's side of iperf3's protocol, TCP, as far as its client needs it: both directions, several streams.
#ifndef ENKEL_TESTING_LINUX_PEER_IPERF_H_
#define ENKEL_TESTING_LINUX_PEER_IPERF_H_

#include "kernel/base/task.h"
#include "net/context.h"
#include "net/tcp/tcp.h"

namespace linux_peer {

// One test after the other, on port 5201.
kernel::Task<> ServeIperf(net::Context& context, net::tcp::Tcp& tcp);

}  // namespace linux_peer

#endif  // ENKEL_TESTING_LINUX_PEER_IPERF_H_
