// A line that asks again each time it is answered: a device gone wild. The program goes on, the storm is counted, and
// when the device is tame again, its line works as ever.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <thread>

#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/storm.h"
#include "testing/interrupt/wild_device.h"

namespace {

using kernel::interrupt::LineReport;
using kernel::interrupt::ReadTotals;

constinit volatile bool is_wild = true;
constinit volatile std::uint64_t answered = 0;

void OnDevice(void*) {
  answered = answered + 1;
  testing_interrupt::Content();
  if (is_wild) testing_interrupt::Ask();
}

std::uint64_t StormsOfTheLine() {
  std::uint64_t storms = 0;
  kernel::interrupt::ForEachLine(
      [](void* context, const LineReport& report) {
        if (std::string_view(report.name) == "wild") *static_cast<std::uint64_t*>(context) = report.storms;
      },
      &storms);
  return storms;
}

}  // namespace

int main() {
  const kernel::Result<testing_interrupt::WildLine> device = testing_interrupt::ConnectWildDevice();
  if (!device) return 1;
  const auto line = kernel::interrupt::Register(device->line, device->trigger, "wild", &OnDevice, nullptr);
  if (!line) return 2;

  testing_interrupt::Ask();
  for (int i = 0; i < 50; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const std::uint64_t storms = ReadTotals().storms;
  std::printf("the program slept 50 times; a storm was seen: %s\n", storms > 0 ? "yes" : "no");
  if (storms == 0) return 3;
  if (answered < kernel::interrupt::kStormRuns) return 4;
  if (StormsOfTheLine() == 0) return 5;

  is_wild = false;
  for (int i = 0; i < 30; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));  // longer than a pause
  const std::uint64_t quiet = answered;
  const std::uint64_t storms_before = ReadTotals().storms;
  testing_interrupt::Ask();
  for (int i = 0; i < 50 && answered == quiet; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (answered != quiet + 1) return 6;
  return ReadTotals().storms == storms_before ? 0 : 7;
}
