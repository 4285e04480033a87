// Says what getrandom does on this machine, first without and then with patience, and what became of timing as a
// source.
#include <errno.h>
#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdio>

#include "kernel/random/random.h"

int main() {
  using kernel::random::Report;
  using kernel::random::Source;
  std::puts(kernel::random::IsSeeded() ? "seeded before anybody asked" : "not seeded yet");
  std::array<std::uint8_t, 16> bytes;
  const bool is_ready = getrandom(bytes.data(), bytes.size(), GRND_NONBLOCK) == 16;
  std::puts(is_ready ? "random numbers at once" : errno == EAGAIN ? "EAGAIN" : "another error");
  std::puts(kernel::random::IsSeeded() ? "the gate is open" : "the gate is closed");
  const auto timing = Report(Source::kJitter);
  std::puts(timing.is_broken ? "timing does not count" : timing.has_started ? "timing counts" : "timing is not needed");
  if (Report(Source::kDevice).samples > 0) std::puts("the device was asked");
  std::fflush(stdout);
  return getrandom(bytes.data(), bytes.size(), 0) == 16 ? 0 : 1;
}
