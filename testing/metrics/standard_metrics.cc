// Has one interrupt, then prints what the kernel counts.
#include <atomic>
#include <cstdio>
#include <string_view>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/metrics/metrics.h"
#include "kernel/time/real_time_timer.h"

namespace {

constinit std::atomic<bool> has_run = false;
constinit kernel::time::RealTimeTimer timer([](void*) { has_run = true; }, nullptr);

}  // namespace

int main() {
  if (!timer.StartOnce(board::Now() + kernel::Duration::Milliseconds(1))) return 1;
  while (!has_run) continue;
  kernel::metrics::Print([](void*, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); },
                         nullptr);
  return 0;
}
