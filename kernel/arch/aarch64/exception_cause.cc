#include "kernel/arch/aarch64/exception_cause.h"

#include <array>
#include <cstddef>

#include "kernel/arch/aarch64/packed_texts.h"
#include "kernel/base/address.h"

namespace kernel::arch {
namespace {

// Bits [low, low + width) of a register.
template <int kLow, int kWidth>
constexpr std::uint64_t Field(std::uint64_t value) {
  return (value >> kLow) & ((std::uint64_t{1} << kWidth) - 1);
}

// ESR_EL1.EC, the classes that tell more. [ARM ARM] D17.2.37, table "EC"
enum class Class : std::uint64_t {
  kInstructionAbortLower = 0x20,
  kInstructionAbort = 0x21,
  kProgramCounterAlignment = 0x22,
  kDataAbortLower = 0x24,
  kDataAbort = 0x25,
  kWatchpoint = 0x35,
  kBrk = 0x3c,
};

Class ClassOf(std::uint64_t esr) { return Class{Field<26, 6>(esr)}; }
bool IsWrite(std::uint64_t esr) { return Field<6, 1>(esr) != 0; }             // WnR
bool IsCacheMaintenance(std::uint64_t esr) { return Field<8, 1>(esr) != 0; }  // CM: then WnR is 1 for any
bool FarIsInvalid(std::uint64_t esr) { return Field<10, 1>(esr) != 0; }       // FnV
std::uint64_t FaultStatus(std::uint64_t esr) { return Field<0, 6>(esr); }     // DFSC, IFSC
std::uint64_t BrkImmediate(std::uint64_t esr) { return Field<0, 16>(esr); }

// The classes that tell no more than their name.
constexpr auto kClassTable = std::to_array<NumberedText>({
    {0x00, "undefined instruction"},
    {0x07, "floating-point instruction while the floating-point unit is off"},
    {0x0e, "illegal execution state"},
    {0x15, "system call instruction (svc): there is no system to call"},
    {0x18, "trapped system register or instruction"},
    {0x22, "misaligned program counter"},
    {0x26, "misaligned stack pointer"},
    {0x2c, "floating-point exception"},
    {0x31, "debug exception: hardware breakpoint"},
    {0x33, "debug exception: step"},
    {0x35, "debug exception: hardware watchpoint"},
});
constexpr auto kClasses = PackTexts<kClassTable>();

// DFSC, IFSC. Where HasLevel, the first of four.
constexpr auto kFaultTable = std::to_array<NumberedText>({
    {0x00, "address size fault"},
    {0x04, "translation fault"},
    {0x08, "access flag fault"},
    {0x0c, "permission fault"},
    {0x10, "external abort, no device or memory answers there"},
    {0x14, "external abort on a table walk"},
    {0x18, "parity or ECC error"},
    {0x1c, "parity or ECC error on a table walk"},
    {0x21, "alignment fault"},
    {0x30, "TLB conflict"},
    {0x35, "exclusive or atomic access to memory that cannot"},
});
constexpr auto kFaults = PackTexts<kFaultTable>();

// clang -fsanitize-trap: `brk #0x5500 + check`, in the order of clang's list of checks (seen with clang 19.1.7).
// 0x09 is Objective-C's.
constexpr std::uint64_t kUndefinedBehaviour = 0x55;
constexpr auto kCheckTable = std::to_array<NumberedText>({
    {0x00, "signed addition overflows"},
    {0x01, "an unreachable point was reached"},
    {0x02, "indirect call or cast of the wrong type (control-flow integrity)"},
    {0x03, "division by zero or overflow"},
    {0x04, "object of another dynamic type"},
    {0x05, "floating-point value does not fit the integer type"},
    {0x06, "function called through a pointer of another type"},
    {0x07, "implicit conversion changes the value"},
    {0x08, "builtin called with an invalid argument"},
    {0x0a, "value that a bool or enum cannot have"},
    {0x0b, "function returns no value"},
    {0x0c, "multiplication overflows"},
    {0x0d, "negation overflows"},
    {0x0e, "null passed as a nonnull argument"},
    {0x0f, "null returned as a nonnull value"},
    {0x10, "null passed as a nonnull argument"},
    {0x11, "null returned as a nonnull value"},
    {0x12, "index out of bounds"},
    {0x13, "pointer arithmetic overflows"},
    {0x14, "shift count or value out of range"},
    {0x15, "subtraction overflows"},
    {0x16, "null or misaligned pointer, or object too small"},
    {0x17, "pointer is not aligned as assumed"},
    {0x18, "variable-length array of no positive length"},
});
constexpr auto kChecks = PackTexts<kCheckTable>();

// Whether a fault status is one of four, by the level of the table where the walk ended.
bool HasLevel(std::uint64_t status) { return status < 0x10 || (status & 0x34) == 0x14; }

// Appends to a buffer and cuts off; always terminated.
class Text {
 public:
  explicit Text(std::span<char> room) : at_(room.data()), room_(room.size()) {
    if (room_ != 0) *at_ = '\0';
  }

  [[gnu::noinline]] Text& operator<<(const char* part) {
    while (*part != '\0') Put(*part++);
    return *this;
  }

  void Put(char c) {
    if (room_ <= 1) return;
    *at_++ = c;
    *at_ = '\0';
    --room_;
  }

  void Hex(std::uint64_t value, int digits) {
    *this << "0x";
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) Put("0123456789abcdef"[(value >> shift) % 16]);
  }

  // The text of `number`, or `other` and the number.
  void Describe(std::span<const char> texts, std::uint64_t number, const char* other) {
    if (const char* text = FindText(texts, number)) {
      *this << text;
    } else {
      (*this << other).Hex(number, 2);
    }
  }

 private:
  char* at_;
  std::size_t room_;  // bytes from at_, with that of the terminator
};

void DescribeBrk(std::uint64_t esr, Text& text) {
  const std::uint64_t immediate = BrkImmediate(esr);
  if (immediate / 256 == kUndefinedBehaviour) {
    text << "undefined behaviour: ";
    text.Describe(kChecks, immediate % 256, "check ");
  } else if (immediate == 1) {
    text << "trap: the program stopped itself (brk #1: abort, or a point that must not be reached)";
  } else {
    (text << "breakpoint instruction: brk #").Hex(immediate, 4);
  }
}

enum class Fetch : bool { kNo, kYes };

bool IsTranslationFault(std::uint64_t status) { return status / 4 == 1; }
bool IsPermissionFault(std::uint64_t status) { return status / 4 == 3; }

void DescribeFaultStatus(std::uint64_t status, Text& text) {
  text.Describe(kFaults, HasLevel(status) ? status & ~std::uint64_t{3} : status, "fault status ");
  if (HasLevel(status)) (text << ", level ").Put(static_cast<char>('0' + status % 4));
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

// The stack below which the guard page lies that an access hit; null where it hit none.
const char* OverflownStack(const ExceptionFacts& facts) {
  if (!IsTranslationFault(FaultStatus(facts.esr))) return nullptr;
  if (IsInPage(facts.far, facts.main_stack_guard)) return "main stack";
  if (IsInPage(facts.far, facts.interrupt_stack_guard)) return "interrupt stack";
  if (IsInPage(facts.far, facts.exception_stack_guard)) return "emergency stack";
  return nullptr;
}

void DescribeDataAbort(const ExceptionFacts& facts, Text& text) {
  if (const char* stack = OverflownStack(facts)) {
    text << "stack overflow: " << stack;
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
    default:
      text.Describe(kClasses, Field<26, 6>(facts.esr), "synchronous exception of class ");
  }
}

}  // namespace

void DescribeException(const ExceptionFacts& facts, std::span<char> buffer) {
  Text text(buffer);
  if (facts.vector / 4 == 1) {
    text << (facts.in_report ? "exception inside the exception handler: " : "in an interrupt handler: ");
  }
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
