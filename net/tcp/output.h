// What can be sent now. [RFC9293] 3.8.6.2.1
#ifndef ENKEL_NET_TCP_OUTPUT_H_
#define ENKEL_NET_TCP_OUTPUT_H_

#include "net/tcp/control_block.h"

namespace net::tcp {

// Sends lost data again and new data for the first time, as far as the congestion window, the peer's window, Nagle's
// rule and the device allow, and our FIN after it. Every segment carries the acknowledgment that is due.
void Output(ControlBlock& block);

// Sends one segment although the window, or Nagle's rule, forbids it: new data if there is some, else the first that is
// not acknowledged. The peer must answer. [RFC9293] 3.8.6.1
void SendWindowProbe(ControlBlock& block);

// The tail loss probe: a new segment if the peer's window allows, else the last one again. [RFC8985] 7.3
void SendTailLossProbe(ControlBlock& block);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_OUTPUT_H_
