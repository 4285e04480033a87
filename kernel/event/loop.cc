#include "kernel/event/loop.h"

#include <cstdint>

#include "kernel/base/time.h"
#include "kernel/event/progress.h"
#include "kernel/event/thread.h"

namespace kernel::event {

constinit Loop loop;

Thread& Current() { return *loop.current; }

int ThreadCount() { return loop.thread_count; }

Progress ReadProgress() { return loop.progress; }

Duration IdleTime() { return loop.progress.idle; }

std::uint64_t Turns() { return loop.progress.turns; }

// Nobody reads the clock to learn whether a timer is due: this word says it.
void Loop::OnAlarm(void* self, Instant) { static_cast<Loop*>(self)->is_alarm_due = true; }

}  // namespace kernel::event
