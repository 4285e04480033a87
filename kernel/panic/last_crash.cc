#include "kernel/panic/last_crash.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/panic/crash_facts.h"
#include "kernel/panic/crash_record.h"
#include "kernel/panic/last_words.h"

namespace kernel::panic {

extern "C" [[gnu::weak]] void EnkelVisitLog(std::size_t most, LastWord visit, void* context);

namespace {

// Apart, because a panic may come while the program reads its copy.
constinit CrashRecord earlier;
constinit CrashRecord current;
constinit bool was_read = false;
constinit bool has_earlier = false;
constinit bool is_recorded = false;

// A board's clock may run on through a reset, so a run has its own beginning.
constinit Instant start;

[[gnu::constructor]] void NoteStart() { start = board::Now(); }

constexpr std::size_t kLogLines = 24;

std::span<std::byte> Page() {
  std::byte* const page = board::CrashPage();
  return page == nullptr ? std::span<std::byte>() : std::span(page, sizeof(CrashRecord));
}

bool ReadEarlier() {
  if (was_read) return has_earlier;
  was_read = true;
  has_earlier = Parse(Page(), earlier).has_value();
  return has_earlier;
}

// Text from anywhere as Parse wants it; returns its size.
template <std::size_t kRoom>
std::uint32_t CopyPrintable(std::string_view text, std::array<char, kRoom>& room, std::uint32_t used = 0) {
  for (const char c : text) {
    if (used == kRoom) break;
    room[used++] = c >= ' ' && c <= '~' ? c : '?';
  }
  return used;
}

void CopyLog(CrashRecord& record) {
  if (&EnkelVisitLog == nullptr) return;
  EnkelVisitLog(
      kLogLines,
      [](void* context, std::string_view line) {
        auto& to = *static_cast<CrashRecord*>(context);
        to.log_size = CopyPrintable(line, to.log, to.log_size);
        if (to.log_size < to.log.size()) to.log[to.log_size++] = '\n';
      },
      &record);
}

}  // namespace

const CrashRecord* LastCrash() { return ReadEarlier() ? &earlier : nullptr; }

void ForgetLastCrash() {
  ReadEarlier();
  has_earlier = false;
  for (std::byte& byte : Page()) byte = std::byte{0};
}

extern "C" void EnkelNoteReason(std::string_view reason) {
  if (is_recorded) return;
  current.reason_size = CopyPrintable(reason, current.reason);
}

extern "C" const CrashRecord* EnkelRecordCrash(const CrashFacts& facts) {
  if (is_recorded) return &current;
  const std::span<std::byte> page = Page();
  if (page.empty()) return nullptr;
  const bool is_repeated = ReadEarlier();

  CrashRecord& record = current;
  record.frame_count = record.register_count = record.log_size = 0;  // of a try that failed
  record.crashes = 1;
  if (is_repeated) record.crashes = earlier.crashes != UINT32_MAX ? earlier.crashes + 1 : UINT32_MAX;
  const Duration uptime = board::Now() - start;
  record.uptimes[0] = uptime > Duration() ? uptime.nanoseconds : 0;
  for (std::size_t i = 1; i < record.uptimes.size() && is_repeated; ++i) record.uptimes[i] = earlier.uptimes[i - 1];
  record.first_is_exact = facts.first_is_exact ? 1 : 0;
  for (const std::uint64_t frame : facts.frames) {
    if (record.frame_count == record.frames.size()) break;
    record.frames[record.frame_count++] = frame;
  }
  for (const arch::NamedRegister& named : facts.registers) {
    if (record.register_count == record.registers.size()) break;
    CrashRecord::Register& copy = record.registers[record.register_count++];
    for (std::size_t i = 0; i + 1 < copy.name.size() && named.name[i] != '\0'; ++i) copy.name[i] = named.name[i];
    copy.value = named.value;
  }
  CopyLog(record);
  record.checksum = ChecksumOf(record);
  __builtin_memcpy(page.data(), &record, sizeof(record));
  is_recorded = true;
  return &record;
}

}  // namespace kernel::panic
