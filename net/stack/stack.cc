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
  for (Interface* each = first_; each != nullptr; each = each->next_root_) each->BeginTurn();
  bool has_more = false;
  for (Interface* each = first_; each != nullptr; each = each->next_root_) has_more |= each->Poll();
  context_.timers().RunDue(context_.now(), kMostTimers);
  for (Interface* each = first_; each != nullptr; each = each->next_root_) has_more |= each->EndTurn();
  return has_more ? now : context_.timers().NextDeadline();
}

}  // namespace net
