// The C++ end of vectors.S: decodes what the exception left and hands it to kernel/panic.
#include "kernel/arch/exception.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/aarch64/exception_cause.h"

extern "C" {
extern const char __stack_guard[], __exception_stack_guard[];  // kernel/boot/image.ld
}

namespace kernel::arch {
namespace {

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
constexpr auto kNames = std::to_array<const char*>(
    {"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",      "x9",       "x10",     "x11",
     "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20",     "x21",      "x22",     "x23",
     "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp",  "elr_el1", "spsr_el1", "esr_el1", "far_el1"});
static_assert(kNames.size() == offsetof(ExceptionFrame, vector) / sizeof(std::uint64_t));

}  // namespace

extern "C" [[noreturn]] void EnkelReportException(const ExceptionFrame& frame) {
  std::array<NamedRegister, kNames.size()> registers;
  const auto* value = reinterpret_cast<const std::uint64_t*>(&frame);
  for (std::size_t i = 0; i < kNames.size(); ++i) registers[i] = {kNames[i], value[i]};

  std::array<char, kCauseSize> cause;
  DescribeException({.vector = frame.vector,
                     .esr = frame.esr,
                     .far = frame.far,
                     .stack_pointer = frame.stack_pointer,
                     .main_stack_guard = reinterpret_cast<std::uintptr_t>(__stack_guard),
                     .exception_stack_guard = reinterpret_cast<std::uintptr_t>(__exception_stack_guard)},
                    cause);
  EnkelOnException({.cause = cause.data(),
                    .has_address = HasFaultAddress(frame.vector, frame.esr),
                    .address = frame.far,
                    .program_counter = frame.elr,
                    .frame_pointer = frame.x[kFramePointer],
                    .stack_pointer = frame.stack_pointer,
                    .registers = registers});
}

}  // namespace kernel::arch
