#include "kernel/panic/crash_record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/result.h"

namespace kernel::panic {
namespace {

// IEEE 802.3's CRC-32, a bit at a time: four thousand bytes in a panic need no table.
std::uint32_t Crc32(std::span<const std::byte> bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const std::byte byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc % 2 != 0 ? 0xedb8'8320u : 0);
  }
  return ~crc;
}

constexpr std::size_t kCheckedFrom = offsetof(CrashRecord, crashes);

bool IsPrintable(std::string_view text, bool may_have_lines) {
  for (const char c : text) {
    if ((c < ' ' || c > '~') && !(may_have_lines && c == '\n')) return false;
  }
  return true;
}

bool IsName(const std::array<char, 12>& name) {
  for (const char c : name) {
    if (c == '\0') return true;
    if (c <= ' ' || c > '~') return false;
  }
  return false;  // it has no end
}

bool IsSound(const CrashRecord& record) {
  if (record.frame_count > record.frames.size() || record.register_count > record.registers.size()) return false;
  if (record.reason_size > record.reason.size() || record.log_size > record.log.size()) return false;
  if (record.crashes == 0 || record.first_is_exact > 1) return false;
  for (const std::int64_t uptime : record.uptimes) {
    if (uptime < 0) return false;
  }
  for (const CrashRecord::Register& named : record.all_registers()) {
    if (!IsName(named.name)) return false;
  }
  return IsPrintable(record.reason_text(), false) && IsPrintable(record.log_text(), true);
}

}  // namespace

std::uint32_t ChecksumOf(const CrashRecord& record) {
  return Crc32(std::as_bytes(std::span(&record, 1)).subspan(kCheckedFrom));
}

Result<void> Parse(std::span<const std::byte> page, CrashRecord& record) {
  if (page.size() < sizeof(CrashRecord)) return Fail(Error::kMalformed);
  // A copy first: what is checked must be what is used.
  __builtin_memcpy(&record, page.data(), sizeof(record));
  if (record.magic != CrashRecord::kMagic) return Fail(Error::kNotFound);
  if (record.version != CrashRecord::kVersion) return Fail(Error::kUnsupported);
  if (record.checksum != ChecksumOf(record) || !IsSound(record)) return Fail(Error::kMalformed);
  return {};
}

}  // namespace kernel::panic
