#include "kernel/arch/aarch64/exception_cause.h"

#include <array>
#include <cstddef>
#include <string_view>

#include "kernel/base/address.h"

namespace kernel::arch {
namespace {

// Bits [low, low + width) of a register.
template <int kLow, int kWidth>
constexpr std::uint64_t Field(std::uint64_t value) {
  return (value >> kLow) & ((std::uint64_t{1} << kWidth) - 1);
}

// ESR_EL1.EC, the classes that EL1 can take. [ARM ARM] D17.2.37, table "EC"
enum class Class : std::uint64_t {
  kUnknown = 0x00,
  kFloatingPointTrapped = 0x07,
  kIllegalState = 0x0e,
  kSvc = 0x15,
  kSystemRegister = 0x18,
  kInstructionAbortLower = 0x20,
  kInstructionAbort = 0x21,
  kProgramCounterAlignment = 0x22,
  kDataAbortLower = 0x24,
  kDataAbort = 0x25,
  kStackPointerAlignment = 0x26,
  kFloatingPoint = 0x2c,
  kSError = 0x2f,
  kBreakpoint = 0x31,
  kStep = 0x33,
  kWatchpoint = 0x35,
  kBrk = 0x3c,
};

Class ClassOf(std::uint64_t esr) { return Class{Field<26, 6>(esr)}; }
bool IsWrite(std::uint64_t esr) { return Field<6, 1>(esr) != 0; }             // WnR
bool IsCacheMaintenance(std::uint64_t esr) { return Field<8, 1>(esr) != 0; }  // CM: then WnR is 1 for any
bool FarIsInvalid(std::uint64_t esr) { return Field<10, 1>(esr) != 0; }       // FnV
std::uint64_t FaultStatus(std::uint64_t esr) { return Field<0, 6>(esr); }     // DFSC, IFSC
std::uint64_t BrkImmediate(std::uint64_t esr) { return Field<0, 16>(esr); }

// Appends to a buffer and cuts off; always terminated.
class Text {
 public:
  explicit Text(std::span<char> room) : room_(room) {
    if (!room_.empty()) room_[0] = '\0';
  }

  [[gnu::noinline]] Text& operator<<(std::string_view part) {  // inlined into each call it costs 1.6 KB
    for (char c : part) {
      if (used_ + 1 >= room_.size()) break;
      room_[used_++] = c;
      room_[used_] = '\0';
    }
    return *this;
  }

  Text& Hex(std::uint64_t value, int digits) {
    *this << "0x";
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      *this << std::string_view(&"0123456789abcdef"[(value >> shift) % 16], 1);
    }
    return *this;
  }

 private:
  std::span<char> room_;
  std::size_t used_ = 0;
};

// clang -fsanitize-trap: `brk #0x5500 + check`, in the order of clang's list of checks (seen with clang 19.1.7).
constexpr std::uint64_t kUndefinedBehaviour = 0x55;
constexpr auto kChecks = std::to_array<std::string_view>({
    "signed addition overflows",
    "an unreachable point was reached",
    "indirect call or cast of the wrong type (control-flow integrity)",
    "division by zero or overflow",
    "object of another dynamic type",
    "floating-point value does not fit the integer type",
    "function called through a pointer of another type",
    "implicit conversion changes the value",
    "builtin called with an invalid argument",
    "invalid Objective-C cast",
    "value that a bool or enum cannot have",
    "function returns no value",
    "multiplication overflows",
    "negation overflows",
    "null passed as a nonnull argument",
    "null returned as a nonnull value",
    "null passed as a nonnull argument",
    "null returned as a nonnull value",
    "index out of bounds",
    "pointer arithmetic overflows",
    "shift count or value out of range",
    "subtraction overflows",
    "null or misaligned pointer, or object too small",
    "pointer is not aligned as assumed",
    "variable-length array of no positive length",
});

void DescribeBrk(std::uint64_t esr, Text& text) {
  const std::uint64_t immediate = BrkImmediate(esr);
  if (immediate / 256 == kUndefinedBehaviour) {
    const std::uint64_t check = immediate % 256;
    text << "undefined behaviour: ";
    if (check < kChecks.size()) {
      text << kChecks[check];
    } else {
      text << "check ";
      text.Hex(check, 2);
    }
  } else if (immediate == 1) {
    text << "trap: the program stopped itself (brk #1: abort, or a point that must not be reached)";
  } else {
    text << "breakpoint instruction: brk #";
    text.Hex(immediate, 4);
  }
}

enum class Fetch : bool { kNo, kYes };

bool IsTranslationFault(std::uint64_t status) { return status / 4 == 1; }
bool IsPermissionFault(std::uint64_t status) { return status / 4 == 3; }

std::string_view LevelName(std::uint64_t status) {
  constexpr std::array<std::string_view, 4> kNames = {", level 0", ", level 1", ", level 2", ", level 3"};
  return kNames[status % 4];
}

void DescribeFaultStatus(std::uint64_t status, Text& text) {
  constexpr std::array<std::string_view, 4> kByLevel = {"address size fault", "translation fault", "access flag fault",
                                                        "permission fault"};
  constexpr std::uint64_t kExternal = 0x10, kExternalOnWalk = 0x14, kParity = 0x18, kParityOnWalk = 0x1c;
  constexpr std::uint64_t kAlignment = 0x21, kTlbConflict = 0x30, kExclusive = 0x35;
  if (status / 4 < kByLevel.size()) {
    text << kByLevel[status / 4] << LevelName(status);
  } else if (status == kExternal) {
    text << "external abort, no device or memory answers there";
  } else if (status / 4 == kExternalOnWalk / 4) {
    text << "external abort on a table walk" << LevelName(status);
  } else if (status == kParity) {
    text << "parity or ECC error";
  } else if (status / 4 == kParityOnWalk / 4) {
    text << "parity or ECC error on a table walk" << LevelName(status);
  } else if (status == kAlignment) {
    text << "alignment fault";
  } else if (status == kTlbConflict) {
    text << "TLB conflict";
  } else if (status == kExclusive) {
    text << "exclusive or atomic access to memory that cannot";
  } else {
    text << "fault status ";
    text.Hex(status, 2);
  }
}

void DescribeAccess(const ExceptionFacts& facts, Fetch fetch, Text& text) {
  const std::uint64_t status = FaultStatus(facts.esr);
  text << (fetch == Fetch::kYes            ? " (fetch"
           : IsCacheMaintenance(facts.esr) ? " (cache maintenance"
           : IsWrite(facts.esr)            ? " (write"
                                           : " (read");
  if (IsTranslationFault(status)) {
    const bool is_null = facts.far < kPageSize;
    text << (fetch == Fetch::kYes ? " from "
             : IsWrite(facts.esr) ? " to "
                                  : " of ")
         << (is_null ? "the null page" : "an unmapped address");
    if (!is_null && fetch == Fetch::kNo && facts.far / kPageSize == facts.stack_pointer / kPageSize) {
      text << ", where the stack pointer is: stack overflow";
    }
  } else if (IsPermissionFault(status)) {
    text << (fetch == Fetch::kYes ? " from a page that is not executable"
             : IsWrite(facts.esr) ? " to a read-only page"
                                  : " of a page without read access");
  }
  text << ")";
}

bool IsInPage(std::uint64_t address, std::uint64_t page) { return address - page < kPageSize; }

void DescribeDataAbort(const ExceptionFacts& facts, Text& text) {
  if (IsTranslationFault(FaultStatus(facts.esr)) && IsInPage(facts.far, facts.main_stack_guard)) {
    text << "stack overflow: main stack";
  } else if (IsTranslationFault(FaultStatus(facts.esr)) && IsInPage(facts.far, facts.exception_stack_guard)) {
    text << "stack overflow: exception stack";
  } else {
    text << "data abort: ";
    DescribeFaultStatus(FaultStatus(facts.esr), text);
    DescribeAccess(facts, Fetch::kNo, text);
  }
}

void DescribeSynchronous(const ExceptionFacts& facts, Text& text) {
  switch (ClassOf(facts.esr)) {
    case Class::kInstructionAbort:
    case Class::kInstructionAbortLower:
      text << "instruction abort: ";
      DescribeFaultStatus(FaultStatus(facts.esr), text);
      DescribeAccess(facts, Fetch::kYes, text);
      return;
    case Class::kDataAbort:
    case Class::kDataAbortLower:
      DescribeDataAbort(facts, text);
      return;
    case Class::kBrk:
      DescribeBrk(facts.esr, text);
      return;
    case Class::kUnknown:
      text << "undefined instruction";
      return;
    case Class::kFloatingPointTrapped:
      text << "floating-point instruction while the floating-point unit is off";
      return;
    case Class::kIllegalState:
      text << "illegal execution state";
      return;
    case Class::kSvc:
      text << "system call instruction (svc): there is no system to call";
      return;
    case Class::kSystemRegister:
      text << "trapped system register or instruction";
      return;
    case Class::kProgramCounterAlignment:
      text << "misaligned program counter";
      return;
    case Class::kStackPointerAlignment:
      text << "misaligned stack pointer";
      return;
    case Class::kFloatingPoint:
      text << "floating-point exception";
      return;
    case Class::kBreakpoint:
    case Class::kStep:
    case Class::kWatchpoint:
      text << "debug exception: hardware breakpoint, watchpoint or step";
      return;
    default:
      text << "synchronous exception of class ";
      text.Hex(Field<26, 6>(facts.esr), 2);
  }
}

}  // namespace

void DescribeException(const ExceptionFacts& facts, std::span<char> buffer) {
  Text text(buffer);
  if (facts.vector / 4 == 1) text << "exception inside the exception handler: ";
  if (facts.vector / 4 >= 2) text << "exception from a lower level: ";
  switch (facts.vector % 4) {
    case 0:
      DescribeSynchronous(facts, text);
      return;
    case 1:
      text << "interrupt (IRQ) that nobody expects";
      return;
    case 2:
      text << "fast interrupt (FIQ) that nobody expects";
      return;
    default:
      text << "SError: a bus error that came after its instruction";
  }
}

bool HasFaultAddress(std::uint64_t vector, std::uint64_t esr) {
  if (vector % 4 != 0) return false;
  switch (ClassOf(esr)) {
    case Class::kInstructionAbort:
    case Class::kInstructionAbortLower:
    case Class::kDataAbort:
    case Class::kDataAbortLower:
      return !FarIsInvalid(esr);
    case Class::kProgramCounterAlignment:
    case Class::kWatchpoint:
      return true;
    default:
      return false;
  }
}

}  // namespace kernel::arch
