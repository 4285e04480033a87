#include <array>
#include <cstdint>
#include <span>

#include "kernel/arch/x86_64/exception_frame.h"
#include "kernel/base/address.h"

namespace kernel::arch {
namespace {

// [SDM] 3A 6.15.
constexpr std::uint64_t kInvalidOpcode = 6;
constexpr std::uint64_t kGeneralProtection = 13;
constexpr std::uint64_t kPageFault = 14;

constexpr std::array<const char*, 32> kNames = {
    "divide error",
    "debug exception",
    "non-maskable interrupt",
    "breakpoint",
    "overflow",
    "BOUND range exceeded",
    "invalid opcode",
    "device not available",
    "double fault",
    "coprocessor segment overrun",
    "invalid TSS",
    "segment not present",
    "stack-segment fault",
    "general protection (privileged or malformed instruction, or a non-canonical address)",
    "page fault",
    "reserved exception 15",
    "x87 floating-point error",
    "alignment check",
    "machine check",
    "SIMD floating-point exception",
    "virtualization exception",
    "control protection exception",
    "reserved exception 22",
    "reserved exception 23",
    "reserved exception 24",
    "reserved exception 25",
    "reserved exception 26",
    "reserved exception 27",
    "hypervisor injection exception",
    "VMM communication exception",
    "security exception",
    "reserved exception 31",
};

// clang's SanitizerHandler, in its order: the number that -fsanitize-trap puts into the displacement of its `ud1`.
constexpr std::array<const char*, 25> kUbsanChecks = {
    "undefined behaviour: signed addition overflow",
    "undefined behaviour: unreachable code reached",
    "undefined behaviour: control-flow integrity check failed",
    "undefined behaviour: division overflow or by zero",
    "undefined behaviour: dynamic type mismatch",
    "undefined behaviour: floating-point conversion overflow",
    "undefined behaviour: call through a wrong function type",
    "undefined behaviour: implicit conversion changed the value",
    "undefined behaviour: invalid argument of a builtin",
    "undefined behaviour: invalid Objective-C cast",
    "undefined behaviour: load of an invalid bool or enum value",
    "undefined behaviour: end of a function without a return value",
    "undefined behaviour: signed multiplication overflow",
    "undefined behaviour: negation overflow",
    "undefined behaviour: null for an argument declared non-null",
    "undefined behaviour: null returned where declared non-null",
    "undefined behaviour: null for a nonnull argument",
    "undefined behaviour: null from a returns_nonnull function",
    "undefined behaviour: array index out of bounds",
    "undefined behaviour: pointer overflow",
    "undefined behaviour: shift out of bounds",
    "undefined behaviour: signed subtraction overflow",
    "undefined behaviour: null or misaligned pointer, or object too small",
    "undefined behaviour: assumed alignment does not hold",
    "undefined behaviour: variable-length array of size zero or less",
};

// `67 0f b9 /r`: ud1l disp8(%eax), %eax; the form without displacement is check 0. [LLVM] X86MCInstLower, UBSAN_UD1.
const char* DescribeInvalidOpcode(std::span<const std::uint8_t> code) {
  if (code.size() >= 2 && code[0] == 0x0f && code[1] == 0x0b) return "trap: ud2 (abort or __builtin_trap)";
  if (code.size() < 4 || code[0] != 0x67 || code[1] != 0x0f || code[2] != 0xb9) return kNames[kInvalidOpcode];
  std::size_t check = kUbsanChecks.size();
  if (code[3] == 0x00) check = 0;
  if (code[3] == 0x40 && code.size() >= 5) check = code[4];
  return check < kUbsanChecks.size() ? kUbsanChecks[check] : "undefined behaviour: check unknown to this kernel";
}

// The error code of a page fault, [SDM] 3A 4.7.
constexpr std::uint64_t kWasPresent = 1 << 0;
constexpr std::uint64_t kWasWrite = 1 << 1;
constexpr std::uint64_t kReservedBit = 1 << 3;
constexpr std::uint64_t kWasFetch = 1 << 4;

const char* DescribePageFault(const ExceptionFrame& frame, StackGuards guards) {
  const std::uint64_t page = RoundDown(frame.cr2, kPageSize);
  if (page == guards.main) return "stack overflow: main stack";
  if (page == guards.interrupt) return "stack overflow: interrupt stack";
  if (page == guards.exception) return "stack overflow: exception stack";
  if ((frame.error_code & kReservedBit) != 0) return "page fault: reserved bit set in a page table entry";
  const bool null = page == 0;
  const bool present = (frame.error_code & kWasPresent) != 0;
  if ((frame.error_code & kWasFetch) != 0) {
    if (null) return "page fault: call or jump through a null pointer";
    return present ? "page fault: instruction fetch from a page that is not executable"
                   : "page fault: instruction fetch from an unmapped page";
  }
  // A push or call faults below the stack pointer that the frame holds, by at most the page that a probe steps over.
  const bool near_stack_pointer = frame.cr2 + kPageSize - frame.rsp < 2 * kPageSize;
  if (!null && !present && near_stack_pointer) {
    return "page fault: unmapped page where the stack pointer is: stack overflow";
  }
  if ((frame.error_code & kWasWrite) != 0) {
    if (null) return "page fault: write through a null pointer";
    return present ? "page fault: write to a read-only page" : "page fault: write to an unmapped page";
  }
  if (null) return "page fault: read through a null pointer";
  return present ? "page fault: read denied by the page's rights" : "page fault: read from an unmapped page";
}

// An error code that names a selector: bit 1 = in the IDT, else bit 2 = in the LDT, else in the GDT. [SDM] 3A 6.13.
const char* DescribeSelectorFault(const ExceptionFrame& frame) {
  if (frame.error_code == 0) return kNames[frame.vector];
  if ((frame.error_code & 2) != 0) return "general protection: no gate for this interrupt vector (error_code / 8)";
  return "general protection: bad segment selector (error_code)";
}

}  // namespace

const char* DescribeException(const ExceptionFrame& frame, std::span<const std::uint8_t> code, StackGuards guards) {
  if (frame.vector >= kNames.size()) return "unknown exception";
  if (frame.vector == kInvalidOpcode) return DescribeInvalidOpcode(code);
  if (frame.vector == kGeneralProtection) return DescribeSelectorFault(frame);
  if (frame.vector == kPageFault) return DescribePageFault(frame, guards);
  return kNames[frame.vector];
}

bool HasFaultAddress(const ExceptionFrame& frame) { return frame.vector == kPageFault; }

}  // namespace kernel::arch
