#include "net/socket/gate.h"

#include "kernel/base/check.h"
#include "kernel/base/resumption.h"
#include "kernel/base/time.h"
#include "net/timers.h"

namespace net::socket {

void Waiter::Wait(kernel::Resumption& coroutine, kernel::Instant deadline) {
  CHECK(coroutine_ == nullptr);
  coroutine_ = &coroutine;
  previous_ = gate_.last_;
  (gate_.last_ == nullptr ? gate_.first_ : gate_.last_->next_) = this;
  gate_.last_ = this;
  if (deadline != kernel::kNever) {
    gate_.context_.timers().Start(*this, deadline);
    gate_.context_.RequestPoll();
  }
}

void Waiter::LeaveGate() {
  gate_.context_.timers().Stop(*this);
  coroutine_ = nullptr;
  (previous_ == nullptr ? gate_.first_ : previous_->next_) = next_;
  (next_ == nullptr ? gate_.last_ : next_->previous_) = previous_;
  previous_ = next_ = nullptr;
  gate_.Look();
}

void Waiter::OnTimer(Timer& timer, kernel::Instant) {
  auto& self = static_cast<Waiter&>(timer);
  kernel::Resumption& coroutine = *self.coroutine_;
  self.is_timed_out_ = true;
  self.Leave();
  kernel::Post(coroutine);
}

void Gate::LookAtFirst() {
  if (first_->is_called_ || !is_open_(owner_) || !first_->Proceed()) return;
  first_->is_called_ = true;
  context_.timers().Stop(*first_);
  kernel::Post(*first_->coroutine_);
}

}  // namespace net::socket
