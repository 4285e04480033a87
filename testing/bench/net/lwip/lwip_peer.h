/* The two ends of a wire between two lwIPs. */
#ifndef ENKEL_TESTING_BENCH_NET_LWIP_LWIP_PEER_H_
#define ENKEL_TESTING_BENCH_NET_LWIP_LWIP_PEER_H_

#include "testing/bench/net/peer.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const struct Peer lwip_peer_a;
extern const struct Peer lwip_peer_b;

#ifdef __cplusplus
}
#endif

#endif  // ENKEL_TESTING_BENCH_NET_LWIP_LWIP_PEER_H_
