// A program whose last task waits for what nobody does: the kernel says so instead of hanging.
#include <cstdio>

#include "kernel/event/run.h"

namespace {

kernel::Task<> WaitFor(kernel::WaitQueue& queue) { co_await queue.Wait(); }

kernel::Task<> Finish() {
  co_await kernel::Sleep(kernel::Duration::Milliseconds(1));
  std::puts("one of two tasks is done");
}

kernel::Task<int> Main() {
  kernel::WaitQueue nobody_notifies;
  co_await kernel::WhenAll(WaitFor(nobody_notifies), Finish());
  co_return 0;
}

}  // namespace

int main() { return kernel::Run(Main()); }
