// Crashes at its first start; at the second it finds and prints the record.
#include <cstdio>

#include "kernel/base/check.h"
#include "kernel/log/log.h"
#include "kernel/panic/last_crash.h"

namespace {

[[gnu::noinline]] void Crash() {
  KERNEL_LOG(kWarning, "about to crash");
  CHECK(false);
}

}  // namespace

int main() {
  const kernel::panic::CrashRecord* const crash = kernel::panic::LastCrash();
  if (crash == nullptr) Crash();
  Print(*crash, [](void*, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }, nullptr);
  return 0;
}
