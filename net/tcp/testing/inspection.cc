#include "net/tcp/testing/inspection.h"

#include <cstddef>
#include <cstdint>
#include <string>

#include "kernel/base/time.h"
#include "net/tcp/connection_table.h"
#include "net/tcp/control_block.h"
#include "net/tcp/sequence.h"
#include "net/tcp/stack.h"
#include "net/tcp/state.h"
#include "net/tcp/tcp.h"

namespace net::tcp {

class Inspector {
 public:
  explicit Inspector(const Tcp& tcp) : stack_(*tcp.stack_) {}

  std::string Run() {
    for (const ControlBlock* block : stack_.connections.buckets()) {
      for (; block != nullptr; block = block->next_in_bucket) {
        ++count_;
        charged_ += block->charged;
        if (const char* const broken = LookAt(*block); broken != nullptr) return Describe(*block, broken);
      }
    }
    if (count_ > stack_.blocks.count() - stack_.blocks.free_count()) return "more blocks in the table than in use";
    if (charged_ > stack_.budget.used()) return "the connections hold more than the budget knows";
    return {};
  }

 private:
  // What is broken; null: nothing.
  static const char* LookAt(const ControlBlock& block) {
    if (block.depth != 0 || block.has_news || block.must_output || block.must_ack) return "a turn left work undone";
    if (!block.is_in_table || block.state == State::kClosed || block.state == State::kTimeWait) {
      return "a block that is over is in the table";
    }
    if (const char* const broken = LookAtNumbers(block); broken != nullptr) return broken;
    if (const char* const broken = LookAtTimer(block); broken != nullptr) return broken;
    if (block.charged != block.send_queue.memory() + block.receive_queue.memory()) return "the budget is wrong";
    if (block.recovery.congestion_window() == 0 && block.was_established) return "the congestion window is closed";
    return nullptr;
  }

  // [RFC9293] figure 3
  static const char* LookAtNumbers(const ControlBlock& block) {
    if (block.snd_nxt < block.snd_una) return "SND.NXT is before SND.UNA";
    if (block.send_end() < block.snd_nxt) return "SND.NXT is behind what was written";
    if (block.snd_nxt < block.send_queue.begin() && block.was_established) return "unsent data was forgotten";
    if (block.was_established && block.snd_una < block.send_queue.end() && block.send_queue.begin() != block.snd_una) {
      return "the send queue does not begin at SND.UNA";
    }
    if (block.rcv_nxt() < block.irs + 1 && block.was_established) {
      // After 2 GiB the comparison turns: only near the beginning it says something.
      if (Distance(block.rcv_nxt(), block.irs + 1) < 1 << 16) return "RCV.NXT is before the peer's SYN";
    }
    return nullptr;
  }

  // Nothing may wait for ever.
  static const char* LookAtTimer(const ControlBlock& block) {
    const bool has_deadline = block.ack_at != kernel::kNever || block.retry_at != kernel::kNever ||
                              block.life_at != kernel::kNever ||
                              (block.retry != Retry::kPersist && block.recovery.deadline() != kernel::kNever);
    if (has_deadline && !block.IsRunning()) return "a deadline without a timer";
    if (block.retry_at != kernel::kNever && block.IsRunning() && block.deadline() > block.retry_at) {
      return "the timer runs out behind a deadline";
    }
    if (block.retry == Retry::kNone && block.retry_at != kernel::kNever) return "a deadline for nothing";
    const bool has_unfinished = block.snd_una != block.snd_nxt || block.snd_nxt != block.send_end();
    if (has_unfinished && !block.IsRunning()) return "data waits, and no timer runs";
    if (!block.has_handle && !block.IsRunning()) return "nobody holds it, and no timer ends it";
    return nullptr;
  }

  static std::string Describe(const ControlBlock& block, const char* broken) {
    return std::string(broken) + ": " + NameOf(block.state) + ", port " + std::to_string(block.local.port) + " to " +
           std::to_string(block.remote.port) + ", on the way " +
           std::to_string(Distance(block.snd_una, block.snd_nxt)) + ", unsent " +
           std::to_string(Distance(block.snd_nxt, block.send_end())) + ", window " + std::to_string(block.snd_wnd);
  }

  const Stack& stack_;
  std::size_t count_ = 0;
  std::size_t charged_ = 0;  // bytes
};

std::string Inspect(const Tcp& tcp) { return Inspector(tcp).Run(); }

}  // namespace net::tcp
