// What Ethernet has carried, as metrics.
#include <cstdint>

#include "boards/machine/network.h"
#include "kernel/metrics/metrics.h"
#include "net/interface/interface.h"

namespace machine {
namespace {

using kernel::metrics::Callback;
using kernel::metrics::Kind;

template <std::uint64_t net::InterfaceCounters::* kMember>
std::int64_t OfEthernet() {
  net::Interface* const ethernet = Network::Get().ethernet();
  return ethernet == nullptr ? 0 : static_cast<std::int64_t>(ethernet->counters().*kMember);
}

KERNEL_METRIC_OF_ITS_OWN constinit Callback received(Kind::kCounter, "net_received_packets_total", "packets",
                                                     "packets that Ethernet has received",
                                                     &OfEthernet<&net::InterfaceCounters::received>);
KERNEL_METRIC_OF_ITS_OWN constinit Callback transmitted(Kind::kCounter, "net_transmitted_packets_total", "packets",
                                                        "packets that Ethernet has sent",
                                                        &OfEthernet<&net::InterfaceCounters::transmitted>);
KERNEL_METRIC_OF_ITS_OWN constinit Callback malformed(Kind::kCounter, "net_malformed_packets_total", "packets",
                                                      "frames that were none, or of another format than they said",
                                                      &OfEthernet<&net::InterfaceCounters::malformed>);

}  // namespace
}  // namespace machine
