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

}  // namespace kernel::event
