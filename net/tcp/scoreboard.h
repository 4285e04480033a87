// What was sent and is not acknowledged, as ranges: when each was sent last, and what is known of it. [RFC6675] 3
#ifndef ENKEL_NET_TCP_SCOREBOARD_H_
#define ENKEL_NET_TCP_SCOREBOARD_H_

#include "kernel/base/time.h"
#include "net/tcp/sequence.h"

namespace net::tcp {

struct SentRange {
  SequenceRange range;
  kernel::Instant sent_at;  // the last time
  SentRange* next = nullptr;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_SCOREBOARD_H_
