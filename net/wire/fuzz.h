// For the fuzz targets of this folder.
#ifndef ENKEL_NET_WIRE_FUZZ_H_
#define ENKEL_NET_WIRE_FUZZ_H_

#include <cstdlib>

namespace net::wire {

// A promise of a parser.
inline void Require(bool promise) {
  if (!promise) std::abort();
}

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_FUZZ_H_
