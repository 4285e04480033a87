#include "kernel/panic/panic.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/check.h"
#include "kernel/base/text.h"
#include "kernel/boot/board.h"
#include "kernel/panic/backtrace.h"
#include "kernel/panic/crash_facts.h"
#include "kernel/panic/function_names.h"
#include "kernel/panic/last_words.h"

namespace kernel {
namespace arch {

// Weak: an image in which it is not linked never unmasks any.
[[gnu::weak]] void MaskInterrupts();

}  // namespace arch

namespace panic {

extern "C" [[gnu::weak]] void EnkelPrintLog();
extern "C" [[gnu::weak]] void EnkelNoteReason(std::string_view reason);
extern "C" [[gnu::weak]] const CrashRecord* EnkelRecordCrash(const CrashFacts& facts);
extern "C" [[gnu::weak]] void EnkelEndOfPanic();
extern "C" [[gnu::weak]] bool EnkelNameFunction(std::uint64_t address, FunctionName& found);

namespace {

constexpr std::size_t kMaxFrames = 64;
constexpr std::size_t kRegistersPerLine = 4;
constexpr std::string_view kBeforeReason = "\n*** PANIC: ";

constinit std::atomic<int> panics = 0;

// Text on its way to the console: one call of ConsoleWrite for many small pieces. What is not inlined would be at each
// of its many callers.
class Report {
 public:
  Report& operator<<(std::string_view text) {
    for (const char c : text) Put(c);
    return *this;
  }

  [[gnu::noinline]] Report& operator<<(const char* text) {
    while (*text != '\0') Put(*text++);
    return *this;
  }

  [[gnu::noinline]] Report& Decimal(std::uint64_t value) { return *this << Digits(value).text(); }

  // As printf's 0x%016x.
  [[gnu::noinline]] Report& Hexadecimal(std::uint64_t value) { return *this << "0x" << Digits(value, 16, 16).text(); }

  // What has not been flushed, from its byte `first` on.
  std::string_view pending(std::size_t first) const {
    return used_ < first ? std::string_view() : std::string_view(buffer_.data() + first, used_ - first);
  }

  void Flush() {
    board::ConsoleWrite({buffer_.data(), used_});
    used_ = 0;
  }

 private:
  void Put(char c) {
    if (used_ == buffer_.size()) Flush();
    buffer_[used_++] = c;
  }

  std::array<char, 256> buffer_;
  std::size_t used_ = 0;
};

// Leaves a record, where the image does, and ends the machine as the image's policy wants.
[[noreturn]] void RecordAndEnd(const CrashFacts& facts, int exit_code) {
  if (&EnkelRecordCrash != nullptr) EnkelRecordCrash(facts);
  // The log may be what is broken: it comes after all that a report must have.
  if (&EnkelPrintLog != nullptr && exit_code == kPanicExitCode) EnkelPrintLog();
  board::ConsoleWrite("*** END OF PANIC ***\n");
  if (&EnkelEndOfPanic != nullptr) EnkelEndOfPanic();
  board::PowerOff(exit_code);
}

// The console, the tables or this code may be what is broken: the second panic uses less of them, the third nothing.
void RefuseNesting() {
  if (&arch::MaskInterrupts != nullptr) arch::MaskInterrupts();
  const int earlier = panics.fetch_add(1, std::memory_order_relaxed);
  if (earlier == 0) return;
  if (earlier == 1) {
    board::ConsoleWrite("\n*** PANIC WHILE IN PANIC ***\n");
    if (&EnkelNoteReason != nullptr) EnkelNoteReason("panic while in panic");
    RecordAndEnd({}, kNestedPanicExitCode);
  }
  arch::Stop();
}

void PrintRegisters(Report& report, std::span<const arch::NamedRegister> registers) {
  for (std::size_t i = 0; i < registers.size(); ++i) {
    report << "  " << registers[i].name << " ";
    report.Hexadecimal(registers[i].value);
    if (i % kRegistersPerLine == kRegistersPerLine - 1 || i + 1 == registers.size()) report << "\n";
  }
}

// Whether an address of the backtrace is that of an instruction, or that behind a call, perhaps of the next function.
enum class Frame : std::uint8_t { kInstruction, kReturn };

void PrintFrame(Report& report, std::size_t number, std::uint64_t address, Frame kind) {
  report << "  #";
  report.Decimal(number) << " ";
  report.Hexadecimal(address);
  if (&EnkelNameFunction != nullptr) {
    const unsigned back = kind == Frame::kReturn ? 1 : 0;
    if (FunctionName found; EnkelNameFunction(address - back, found)) {
      report << "  " << found.name() << "+";
      report.Decimal(found.offset + back);
    }
  }
  report << "\n";
}

// The reason stands in the buffer, behind the words before it.
void EndReason(Report& report) {
  if (&EnkelNoteReason != nullptr) EnkelNoteReason(report.pending(kBeforeReason.size()));
  report << " ***\n";
}

[[noreturn]] void PrintBacktraceAndStop(Report& report, Frame first, std::uint64_t program_counter,
                                        std::uint64_t frame_pointer,
                                        std::span<const arch::NamedRegister> registers = {}) {
  std::array<std::uint64_t, kMaxFrames> frames;
  frames[0] = program_counter;
  // What is known must be out before memory that may be damaged is read.
  report.Flush();
  const std::size_t count = 1 + WalkFrames(frame_pointer, std::span(frames).subspan(1));
  report << "backtrace:\n";
  for (std::size_t i = 0; i < count; ++i) PrintFrame(report, i, frames[i], i == 0 ? first : Frame::kReturn);
  report.Flush();
  RecordAndEnd({.registers = registers,
                .frames = std::span(frames).first(count),
                .first_is_exact = first == Frame::kInstruction},
               kPanicExitCode);
}

}  // namespace

[[noreturn, gnu::noinline]] void Panic(std::string_view reason) {
  RefuseNesting();
  Report report;
  report << kBeforeReason << reason;
  EndReason(report);
  const auto* frame = static_cast<const std::uint64_t*>(__builtin_frame_address(0));
  PrintBacktraceAndStop(report, Frame::kReturn, frame[1], frame[0]);
}

}  // namespace panic

[[noreturn, gnu::noinline]] void CheckFailed(const char* expression, const char* file, int line) {
  panic::RefuseNesting();
  panic::Report report;
  report << panic::kBeforeReason << "CHECK(" << expression << ") failed, " << file << ":";
  report.Decimal(static_cast<std::uint64_t>(line));
  panic::EndReason(report);
  const auto* frame = static_cast<const std::uint64_t*>(__builtin_frame_address(0));
  panic::PrintBacktraceAndStop(report, panic::Frame::kReturn, frame[1], frame[0]);
}

namespace arch {

void EnkelOnException(const ExceptionReport& exception) {
  panic::RefuseNesting();
  panic::Report report;
  report << panic::kBeforeReason << (exception.in_interrupt ? "in an interrupt handler: " : "") << exception.cause;
  if (exception.has_address) {
    report << ", address ";
    report.Hexadecimal(exception.address);
  }
  panic::EndReason(report);
  panic::PrintRegisters(report, exception.registers);
  panic::PrintBacktraceAndStop(report, panic::Frame::kInstruction, exception.program_counter, exception.frame_pointer,
                               exception.registers);
}

}  // namespace arch
}  // namespace kernel
