#include "net/tcp/turn.h"

#include "net/tcp/control_block.h"
#include "net/tcp/deadlines.h"
#include "net/tcp/life.h"
#include "net/tcp/observer.h"
#include "net/tcp/output.h"
#include "net/tcp/transmit.h"

namespace net::tcp {

void Turn::End(ControlBlock& block) {
  // What the program does about it comes back as nested turns, which only leave wishes.
  while (block.has_news) {
    block.has_news = false;
    if (block.observer != nullptr) block.observer->OnChange();
  }
  if (block.must_output) {
    block.must_output = false;
    Output(block);
  }
  if (block.must_ack) SendAck(block);
  ChargeBudget(block);
  --block.depth;
  if (IsOver(block) && !block.has_handle) {
    Release(block);
    return;
  }
  SetTimer(block);
}

}  // namespace net::tcp
