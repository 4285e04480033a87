// What TCP promises itself between two calls, looked at from inside.
#ifndef ENKEL_NET_TCP_TESTING_INSPECTION_H_
#define ENKEL_NET_TCP_TESTING_INSPECTION_H_

#include <string>

#include "net/tcp/tcp.h"

namespace net::tcp {

// Which promise is broken, and where; empty: none is. Not from within a call of the stack's. O(connections).
std::string Inspect(const Tcp& tcp);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_TESTING_INSPECTION_H_
