// A level-triggered line whose handler never quiets its device: what is typed is not read. The program goes on all the
// same, the line is counted as storming and held back, and once the handler does its work all is well.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>
#include <thread>

#include "kernel/boot/board.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/storm.h"

namespace {

using kernel::interrupt::LineReport;

constinit volatile bool is_mended = false;
constinit std::array<char, 64> received = {};
constinit volatile std::size_t received_size = 0;

void OnInput(void*) {
  if (!is_mended) return;
  received_size = received_size + board::ConsoleRead(std::span(received).subspan(received_size));
}

LineReport Report() {
  LineReport found = {};
  kernel::interrupt::ForEachLine(
      [](void* context, const LineReport& report) {
        if (std::string_view(report.name) == "stuck") *static_cast<LineReport*>(context) = report;
      },
      &found);
  return found;
}

void Sleep(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

bool IsSeen(bool (*is_true)()) {
  for (int i = 0; i < 500 && !is_true(); ++i) Sleep(10);
  return is_true();
}

}  // namespace

int main() {
  std::array<char, 16> before;
  if (board::ConsoleRead(before) != 0) return 1;  // enables the receiver
  const auto line = kernel::interrupt::Register(board::ConsoleInputLine(), kernel::interrupt::Trigger::kHighLevel,
                                                "stuck", &OnInput, nullptr);
  if (!line) return 2;

  std::puts("a line that nobody reads, please");
  if (!IsSeen([] { return Report().storms >= 1; })) return 3;

  // Held back, it comes again after each pause, and takes the machine for one burst only.
  const kernel::Instant start = board::Now();
  const LineReport first = Report();
  int slept = 0;
  for (; slept < 100; ++slept) Sleep(5);
  const LineReport last = Report();
  const std::int64_t milliseconds = (board::Now() - start).nanoseconds / 1'000'000;
  std::printf("slept %d times within %s; storms: %s, runs in each: %s\n", slept,
              milliseconds < 5'000 ? "5 s" : "too long", last.storms > first.storms ? "more" : "no more",
              last.count - first.count <= (last.storms - first.storms + 1) * kernel::interrupt::kStormRuns
                  ? "a burst"
                  : "too many");
  if (milliseconds >= 5'000 || last.storms <= first.storms) return 4;
  if (last.count - first.count > (last.storms - first.storms + 1) * kernel::interrupt::kStormRuns) return 5;
  if (last.storms - first.storms > static_cast<std::uint64_t>(milliseconds) / 100 + 1) return 6;
  if (kernel::interrupt::ReadTotals().storms != last.storms) return 7;

  is_mended = true;
  if (!IsSeen([] { return received_size == 6; })) return 8;
  if (std::string_view(received.data(), 6) != "stuck\n") return 9;
  const std::uint64_t storms = Report().storms;
  Sleep(300);
  return Report().storms == storms ? 0 : 10;
}
