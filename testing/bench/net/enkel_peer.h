/* The two ends of a wire between two of our stacks. */
#ifndef ENKEL_TESTING_BENCH_NET_ENKEL_PEER_H_
#define ENKEL_TESTING_BENCH_NET_ENKEL_PEER_H_

#include "testing/bench/net/peer.h"

extern const struct Peer enkel_peer_a;
extern const struct Peer enkel_peer_b;

#endif  // ENKEL_TESTING_BENCH_NET_ENKEL_PEER_H_
