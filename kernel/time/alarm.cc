#include "kernel/time/alarm.h"

#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/masked_section.h"

namespace kernel::time {

class Alarm {
 public:
  void Set(AlarmUser& user, Instant deadline);
  bool IsSet() const { return FirstDeadline() != kNever; }
  const AlarmLatency& latency() const { return latency_; }

 private:
  static void OnInterrupt(void* self) { static_cast<Alarm*>(self)->OnInterrupt(); }
  void OnInterrupt();
  void Add(AlarmUser& user);
  Instant FirstDeadline() const;

  AlarmUser* first_user_ = nullptr;
  Instant armed_ = kNever;   // what the board was told last
  Instant due_ = kNever;     // when it is to ring for that: not before it was told
  bool is_ringing_ = false;  // the board is told at the end of it
  AlarmLatency latency_;
};

namespace {

constinit Alarm alarm;
constinit interrupt::MaskedSite kSetSite("set the alarm");

}  // namespace

void Alarm::Add(AlarmUser& user) {
  if (first_user_ == nullptr) {
    using interrupt::Trigger;
    Result<interrupt::Registration> line =
        interrupt::Register(board::AlarmLine(), Trigger::kHighLevel, "alarm", &OnInterrupt, this);
    CHECK(line.has_value());
    std::move(*line).Keep();
  }
  const interrupt::MaskedSection section(kSetSite);
  user.is_listed_ = true;
  user.next_ = first_user_;
  first_user_ = &user;
}

Instant Alarm::FirstDeadline() const {
  Instant first = kNever;
  for (const AlarmUser* user = first_user_; user != nullptr; user = user->next_) {
    if (user->deadline_ < first) first = user->deadline_;
  }
  return first;
}

void Alarm::Set(AlarmUser& user, Instant deadline) {
  if (!user.is_listed_) Add(user);
  const interrupt::MaskedSection section(kSetSite);
  user.deadline_ = deadline;
  if (is_ringing_) return;
  const Instant first = FirstDeadline();
  if (first == armed_) return;
  armed_ = first;
  due_ = first;
  board::SetAlarm(first);
}

void Alarm::OnInterrupt() {
  const Instant now = board::Now();
  is_ringing_ = true;
  for (AlarmUser* user = first_user_; user != nullptr; user = user->next_) {
    if (user->deadline_ > now) continue;
    user->deadline_ = kNever;
    user->ring_(user->argument_, now);
  }
  is_ringing_ = false;
  // Behind the users' functions, which it is not to delay. Nothing where the alarm rang for a deadline that is gone.
  if (now >= due_) latency_.Note(now - due_);
  // Even where nothing has changed: the line asks until the alarm is set anew.
  armed_ = FirstDeadline();
  due_ = armed_ < now ? now : armed_;
  board::SetAlarm(armed_);
}

void AlarmUser::Set(Instant deadline) { alarm.Set(*this, deadline); }

bool IsAlarmSet() { return alarm.IsSet(); }

AlarmLatency ReadAlarmLatency() { return alarm.latency(); }

}  // namespace kernel::time
