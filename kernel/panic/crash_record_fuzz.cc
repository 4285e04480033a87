// Any RAM contents. The first byte chooses whether the frame of a record is made sound, so that the rest is looked at.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include "kernel/panic/crash_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using kernel::panic::CrashRecord;
  if (size == 0) return 0;
  std::array<std::byte, sizeof(CrashRecord)> page = {};
  std::memcpy(page.data(), data + 1, size - 1 < page.size() ? size - 1 : page.size());
  CrashRecord record;
  if (data[0] % 2 == 1) {
    std::memcpy(&record, page.data(), sizeof(record));
    record.magic = CrashRecord::kMagic;
    record.version = CrashRecord::kVersion;
    record.frame_count %= 2 * CrashRecord::kFrames;
    record.register_count %= 2 * CrashRecord::kRegisters;
    record.reason_size %= 2 * record.reason.size();
    record.log_size %= 2 * record.log.size();
    record.checksum = ChecksumOf(record);
    std::memcpy(page.data(), &record, sizeof(record));
  }
  if (!Parse(page, record).has_value()) return 0;
  // What has passed can be printed, and moves no terminal's cursor.
  Print(
      record,
      [](void*, std::string_view text) {
        for (const char c : text) {
          if ((c < ' ' || c > '~') && c != '\n') std::abort();
        }
      },
      nullptr);
  return 0;
}
