#include "kernel/panic/reboot.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/text.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/panic/crash_facts.h"
#include "kernel/panic/crash_record.h"

namespace kernel::panic {
namespace {

// Whether this crash is the last of a loop; `sum`: how long its runs took together.
bool IsLoop(const CrashRecord& record, Duration& sum) {
  if (kCrashLoop.crashes > record.uptimes.size() || record.crashes < kCrashLoop.crashes) return false;
  for (unsigned i = 0; i < kCrashLoop.crashes; ++i) {
    // Of times that nobody can have run, only the first counts: a sum must not overflow.
    if (record.uptimes[i] > kCrashLoop.uptime.nanoseconds) return false;
    sum = sum + Duration{record.uptimes[i]};
  }
  return sum < kCrashLoop.uptime;
}

}  // namespace

extern "C" void EnkelEndOfPanic() {
  std::array<char, 128> buffer;
  TextWriter line(buffer);
  Duration sum;
  const CrashRecord* const record = EnkelRecordCrash({});  // this crash's, which the panic has made
  // A board whose RAM survives nothing starts anew without a count, if it can start anew at all.
  if (record != nullptr && IsLoop(*record, sum)) {
    line << "[enkel] crash loop: " << kCrashLoop.crashes << " crashes in " << sum << " of uptime; stopped\n";
    board::ConsoleWrite(line.text());
    return;
  }
  line << "[enkel] reboot after crash " << (record != nullptr ? record->crashes : 0) << '\n';
  board::ConsoleWrite(line.text());
  board::Reset();
}

}  // namespace kernel::panic
