#include "net/stack/stack.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "kernel/base/time.h"
#include "net/interface/interface.h"

namespace net {
namespace {

constexpr std::size_t kMostTimers = 256;  // a turn

}  // namespace

void Stack::Add(Interface& interface) {
  interface.next_root_ = std::exchange(first_, &interface);
  context_.RequestPoll();
}

kernel::Instant Stack::Poll(kernel::Instant now) {
  context_.SetNow(now);
  context_.SetInTurn(true);
  bool has_more = false;
  for (Interface* each = first_; each != nullptr; each = each->next_root_) has_more |= each->Poll();
  Timers& timers = context_.timers();
  kernel::Instant next = timers.NextDeadline();
  if (next <= context_.now()) {
    timers.RunDue(context_.now(), kMostTimers);
    next = timers.NextDeadline();
  }
  for (Interface* each = first_; each != nullptr; each = each->next_root_) has_more |= each->EndTurn();
  context_.SetInTurn(false);
  return has_more ? now : next;
}

}  // namespace net
