// Paths that swallow large segments and say nothing: segments become smaller, and after a while a larger one is tried.
// [RFC4821] 7.7, [RFC8899] 4.3
#ifndef ENKEL_NET_TCP_BLACK_HOLE_H_
#define ENKEL_NET_TCP_BLACK_HOLE_H_

#include <cstdint>

#include "kernel/base/time.h"
#include "net/tcp/control_block.h"

namespace net::tcp {

// How long a size that went lost is not tried again. [RFC8899] 5.1.1 PMTU_RAISE_TIMER
inline constexpr kernel::Duration kRaiseInterval = kernel::Duration::Seconds(600);

// After a time-out: full segments that vanish again and again become half as large.
void SuspectBlackHole(ControlBlock& block);

// Of a connection whose segments became smaller: how many bytes of payload the next new segment, alone of its kind,
// shall carry to learn whether the path takes them again; 0: none now. What became of the last one is looked at first.
std::uint32_t SizeToTry(ControlBlock& block);

// A segment of SizeToTry bytes is on its way; it ends with SND.NXT.
void NoteSizeTried(ControlBlock& block);

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_BLACK_HOLE_H_
