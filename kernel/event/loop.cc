#include "kernel/event/loop.h"

namespace kernel::event {

constinit Loop loop;

Thread& Current() { return *loop.current; }

int ThreadCount() { return loop.thread_count; }

Duration IdleTime() { return loop.idle; }

}  // namespace kernel::event
