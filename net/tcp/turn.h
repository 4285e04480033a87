// A call into a connection from outside: a segment, a timer, the program. Its end does once what several steps wished
// for.
#ifndef ENKEL_NET_TCP_TURN_H_
#define ENKEL_NET_TCP_TURN_H_

#include "net/tcp/control_block.h"

namespace net::tcp {

// On the stack of whoever touches a control block. When the outermost one ends, the observer hears what is new, what
// can be sent is sent, an acknowledgment that nothing carried goes by itself, the timer is set, and a block that nobody
// needs is given back: nothing may look at it afterwards.
class Turn {
 public:
  explicit Turn(ControlBlock& block) : block_(block) { ++block.depth; }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (block_.depth == 1) {
      End(block_);
    } else {
      --block_.depth;
    }
  }

 private:
  static void End(ControlBlock& block);

  ControlBlock& block_;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_TURN_H_
