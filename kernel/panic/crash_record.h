// What a crash leaves in RAM for the next start (board::CrashPage), when the image reboots after a panic. It holds the
// reason, the registers, the backtrace, the last lines of the log and counts: no stack, no heap. What a register held
// may be what the program was working on, a key too, so whoever sends a record away sends that.
//
// RAM after a reset is what anything may have left there, so that nothing of it is believed before Parse has looked at
// it.
#ifndef ENKEL_KERNEL_PANIC_CRASH_RECORD_H_
#define ENKEL_KERNEL_PANIC_CRASH_RECORD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace kernel::panic {

// The record as it lies in the page. Trivial, without padding; fits on one page.
struct CrashRecord {
  static constexpr std::uint64_t kMagic = 0x6873'6172'436c'6b45;  // "EklCrash"
  static constexpr std::uint32_t kVersion = 1;
  static constexpr std::size_t kRegisters = 48;
  static constexpr std::size_t kFrames = 32;
  static constexpr std::size_t kUptimes = 8;

  struct Register {
    std::array<char, 12> name = {};  // ends with a zero
    std::uint32_t reserved = 0;
    std::uint64_t value = 0;
  };

  std::uint64_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t checksum = 0;  // CRC-32 of what follows
  std::uint32_t crashes = 0;   // since the power came on, this one included
  std::uint32_t frame_count = 0;
  std::uint32_t register_count = 0;
  std::uint32_t reason_size = 0;
  std::uint32_t log_size = 0;
  std::uint32_t first_is_exact = 0;                 // 1: frame 0 is the instruction that faulted; 0: a return address
  std::array<std::int64_t, kUptimes> uptimes = {};  // ns from start to crash of the last runs, this one first
  std::array<std::uint64_t, kFrames> frames = {};   // innermost first
  std::array<Register, kRegisters> registers = {};
  std::array<char, 192> reason = {};
  std::array<char, 2048> log = {};  // lines, each with its \n

  std::string_view reason_text() const { return {reason.data(), reason_size}; }
  std::string_view log_text() const { return {log.data(), log_size}; }
  std::span<const std::uint64_t> backtrace() const { return std::span(frames).first(frame_count); }
  std::span<const Register> all_registers() const { return std::span(registers).first(register_count); }
  Duration uptime() const { return {uptimes[0]}; }
};
static_assert(sizeof(CrashRecord) <= 4096);

// The record's checksum as it should be. Interrupt-safe.
std::uint32_t ChecksumOf(const CrashRecord& record);

// Copies the record that `page` holds. On success all counts fit, all text is printable, and times are not negative.
// Errors: kNotFound (no record: another magic), kUnsupported (of another version), kMalformed (anything else).
// Interrupt-safe.
Result<void> Parse(std::span<const std::byte> page, CrashRecord& record);

// The crash, as a report of a few lines, piece by piece; names where the image has them (function_names = True).
void Print(const CrashRecord& record, void (*write)(void* context, std::string_view text), void* context);

}  // namespace kernel::panic

#endif  // ENKEL_KERNEL_PANIC_CRASH_RECORD_H_
