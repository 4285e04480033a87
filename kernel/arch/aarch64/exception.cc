// The C++ end of vectors.S: decodes what the exception left and hands it to kernel/panic.
#include "kernel/arch/exception.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/arch/aarch64/exception_cause.h"

extern "C" {
extern const char __stack_guard[], __interrupt_stack_guard[], __exception_stack_guard[];  // kernel/boot/image.ld
}

namespace kernel::arch {
namespace {

using std::string_view_literals::operator""sv;

// What vectors.S pushes, lowest address first. Change both together.
struct ExceptionFrame {
  std::uint64_t x[31];
  std::uint64_t stack_pointer;
  std::uint64_t elr;
  std::uint64_t spsr;
  std::uint64_t esr;
  std::uint64_t far;
  std::uint64_t vector;
  std::uint64_t padding;  // the stack pointer stays a multiple of 16
};
static_assert(sizeof(ExceptionFrame) == 304 && offsetof(ExceptionFrame, elr) == 256, "vectors.S has these numbers");

constexpr int kFramePointer = 29;  // AAPCS64

// The names of the frame's registers, each with its zero: pointers to them would take more room than they do.
constexpr std::string_view kNames =
    "x0\0x1\0x2\0x3\0x4\0x5\0x6\0x7\0x8\0x9\0x10\0x11\0x12\0x13\0x14\0x15\0x16\0x17\0x18\0x19\0x20\0x21\0x22\0x23\0"
    "x24\0x25\0x26\0x27\0x28\0x29\0x30\0sp\0elr_el1\0spsr_el1\0esr_el1\0far_el1\0"sv;
constexpr std::size_t kRegisters = offsetof(ExceptionFrame, vector) / sizeof(std::uint64_t);
static_assert(std::ranges::count(kNames, '\0') == kRegisters);

constinit bool is_reporting = false;
// The start code's stack, until main() has its own.
constinit const char* main_stack_guard = __stack_guard;

}  // namespace

void SetMainStack(VirtualAddress bottom) { main_stack_guard = reinterpret_cast<const char*>(bottom.value - kPageSize); }

extern "C" [[noreturn]] void EnkelReportException(const ExceptionFrame& frame) {
  std::array<NamedRegister, kRegisters> registers;
  const char* name = kNames.data();
  const auto* value = reinterpret_cast<const std::uint64_t*>(&frame);
  for (NamedRegister& named : registers) {
    named = {name, *value++};
    while (*name++ != '\0') continue;
  }

  std::array<char, kCauseSize> cause;
  DescribeException({.vector = frame.vector,
                     .esr = frame.esr,
                     .far = frame.far,
                     .stack_pointer = frame.stack_pointer,
                     .main_stack_guard = reinterpret_cast<std::uintptr_t>(main_stack_guard),
                     .interrupt_stack_guard = reinterpret_cast<std::uintptr_t>(__interrupt_stack_guard),
                     .exception_stack_guard = reinterpret_cast<std::uintptr_t>(__exception_stack_guard),
                     .in_report = is_reporting},
                    cause);
  is_reporting = true;
  EnkelOnException({.cause = cause.data(),
                    .has_address = HasFaultAddress(frame.vector, frame.esr),
                    .address = frame.far,
                    .program_counter = frame.elr,
                    .frame_pointer = frame.x[kFramePointer],
                    .stack_pointer = frame.stack_pointer,
                    .registers = registers});
}

}  // namespace kernel::arch
