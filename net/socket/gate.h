// Where the operations on a socket wait that cannot be done at once: in the order of their coming, one at a time. What
// an operation takes is taken when its coroutine goes on, so that a cancelled one has taken nothing.
#ifndef ENKEL_NET_SOCKET_GATE_H_
#define ENKEL_NET_SOCKET_GATE_H_

#include <concepts>
#include <coroutine>
#include <optional>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/promise.h"
#include "kernel/base/result.h"
#include "kernel/base/resumption.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/timers.h"

namespace net::socket {

class Gate;

// An operation that waits. Lies in the frame of the coroutine that waits for it: its end cancels it.
class Waiter : private Timer {
 public:
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

 protected:
  explicit Waiter(Gate& gate) : Timer(&OnTimer), gate_(gate) {}
  ~Waiter() { Leave(); }

  // The socket can do something now: whether the coroutine is to go on. Else the operation waits for more.
  virtual bool Proceed() { return true; }

  void Wait(kernel::Resumption& coroutine, kernel::Instant deadline);
  void Leave() {
    if (coroutine_ != nullptr) LeaveGate();
  }
  bool is_timed_out() const { return is_timed_out_; }
  Gate& gate() { return gate_; }

 private:
  friend class Gate;
  static void OnTimer(Timer& timer, kernel::Instant now);
  void LeaveGate();

  Gate& gate_;
  Waiter* previous_ = nullptr;
  Waiter* next_ = nullptr;
  kernel::Resumption* coroutine_ = nullptr;  // while it waits
  bool is_called_ = false;                   // the coroutine has been made ready
  bool is_timed_out_ = false;
};

// One a socket and direction. Not interrupt-safe; nothing blocks or allocates.
class Gate {
 public:
  // `is_open(owner)`: whether an operation would find something to do.
  using IsOpen = bool (*)(void* owner);
  Gate(Context& context, IsOpen is_open, void* owner) : context_(context), is_open_(is_open), owner_(owner) {}
  ~Gate() { CHECK(IsEmpty()); }  // a socket outlives its operations
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  bool IsEmpty() const { return first_ == nullptr; }

  // Something changed: the first operation goes on if it can.
  void Look() {
    if (first_ != nullptr) LookAtFirst();
  }

 private:
  friend class Waiter;
  void LookAtFirst();

  Context& context_;
  const IsOpen is_open_;
  void* const owner_;
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

// `co_await Operation(gate, deadline, attempt)`: what attempt() returns, a kernel::Result, once it is not kWouldBlock;
// kTimedOut where the deadline comes first.
template <std::invocable Attempt>
class [[nodiscard]] Operation final : private Waiter {
 public:
  using Result = std::invoke_result_t<Attempt>;

  Operation(Gate& gate, kernel::Instant deadline, Attempt attempt)
      : Waiter(gate), deadline_(deadline), attempt_(std::move(attempt)) {}

  bool await_ready() {
    if (!gate().IsEmpty()) return false;
    Result result = attempt_();
    if (!result && result.error() == kernel::Error::kWouldBlock) return false;
    result_.emplace(std::move(result));
    return true;
  }
  template <std::derived_from<kernel::PromiseBase> Promise>
  void await_suspend(std::coroutine_handle<Promise> self) {
    Wait(self.promise(), deadline_);
  }
  Result await_resume() {
    if (result_) return *std::move(result_);
    if (is_timed_out()) return kernel::Fail(kernel::Error::kTimedOut);
    Result result = attempt_();
    Leave();
    return result;
  }

 private:
  kernel::Instant deadline_;
  Attempt attempt_;
  std::optional<Result> result_;
};

}  // namespace net::socket

#endif  // ENKEL_NET_SOCKET_GATE_H_
