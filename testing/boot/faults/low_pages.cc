// None of the 16 pages of the first 64 KiB can be read, nor written: each start tries one, the crash starts the machine
// anew, and the record in RAM says how far it has come and where it stopped.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "kernel/base/time.h"
#include "kernel/panic/crash_record.h"
#include "kernel/panic/last_crash.h"
#include "kernel/panic/reboot.h"

constinit const kernel::panic::CrashLoop kernel::panic::kCrashLoop = {.crashes = 8,
                                                                      .uptime = kernel::Duration::Nanoseconds(1)};

namespace {

constexpr unsigned kPages = 16;
constexpr unsigned kPageSize = 4096;

// An address in the page that no other page's looks like.
std::uint32_t AddressIn(unsigned page) { return page * kPageSize + (page * 0x111 & ~7u); }

// Odd pages are written.
void Try(unsigned page) {
  auto* const word = reinterpret_cast<volatile std::uint32_t*>(static_cast<std::uintptr_t>(AddressIn(page)));
  if (page % 2 == 0) {
    (void)*word;
  } else {
    *word = page;
  }
}

bool TellsAddress(std::string_view reason, std::uint32_t address) {
  char text[32];
  (void)std::snprintf(text, sizeof text, "address 0x%016" PRIx32, address);
  return reason.ends_with(text);
}

}  // namespace

int main() {
  const kernel::panic::CrashRecord* const last = kernel::panic::LastCrash();
  const unsigned tried = last == nullptr ? 0 : last->crashes;
  if (tried > 0 && !TellsAddress(last->reason_text(), AddressIn(tried - 1))) {
    std::printf("page %u stopped elsewhere\n", tried - 1);
    return 1;
  }
  if (tried == kPages) {
    std::puts("16 pages were tried, and stopped");
    return 0;
  }
  Try(tried);
  std::printf("page %u was there\n", tried);
  return 2;
}
