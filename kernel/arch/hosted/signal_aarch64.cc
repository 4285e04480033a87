#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/aarch64/exception_cause.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/hosted/signal.h"

namespace kernel::arch::host {
namespace {

// ucontext_t up to the records behind the registers; Linux uapi asm/{ucontext,sigcontext}.h.
struct UserContext {
  std::uint64_t flags;
  std::uint64_t link;
  std::uint64_t stack[3];
  std::uint64_t mask[16];
  std::uint64_t alignment;
  std::uint64_t fault_address;
  std::uint64_t x[31];
  std::uint64_t stack_pointer;
  std::uint64_t program_counter;
  std::uint64_t pstate;
  alignas(16) std::byte records[4096];
};
static_assert(offsetof(UserContext, fault_address) == 176 && offsetof(UserContext, records) == 464);

struct RecordHeader {
  std::uint32_t magic;  // 0 ends the list
  std::uint32_t size;   // bytes, with this header
};

constexpr int kSigtrap = 5;
constexpr std::uint32_t kEsrMagic = 0x45535201;
constexpr std::uint64_t kSynchronousLowerLevel = 8;  // vector: [ARM ARM] D1.3.1
constexpr int kFramePointer = 29;                    // AAPCS64

// `brk #imm16` and its syndrome, which an emulator of the kernel leaves out: the instruction says the same.
// [ARM ARM] C6.2 (BRK), D17.2.37 (ESR_EL1)
constexpr std::uint32_t kBrk = 0xd4200000;
constexpr std::uint32_t kBrkMask = 0xffe0001f;
constexpr std::uint64_t kBrkSyndrome = 0xf2000000;  // class 0x3c, 32-bit instruction

std::uint64_t SyndromeOfTrap(const UserContext& context) {
  const std::uint32_t instruction = *reinterpret_cast<const std::uint32_t*>(context.program_counter);
  return (instruction & kBrkMask) == kBrk ? kBrkSyndrome | (instruction >> 5 & 0xffff) : 0;
}

// The ESR_EL1 that the kernel saw, 0 when it did not say.
std::uint64_t SyndromeOf(const UserContext& context) {
  std::size_t offset = 0;
  while (offset + sizeof(RecordHeader) + sizeof(std::uint64_t) <= sizeof(context.records)) {
    RecordHeader header;
    __builtin_memcpy(&header, &context.records[offset], sizeof(header));
    if (header.magic == 0 || header.size < sizeof(header)) return 0;
    if (header.magic == kEsrMagic) {
      std::uint64_t syndrome;
      __builtin_memcpy(&syndrome, &context.records[offset + sizeof(header)], sizeof(syndrome));
      return syndrome;
    }
    offset += header.size;
  }
  return 0;
}

constexpr auto kGeneralNames = std::to_array<const char*>(
    {"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",  "x10", "x11", "x12", "x13", "x14", "x15",
     "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30"});

}  // namespace

void EnkelHostOnSignal(int, const SignalInfo* info, const void* user_context) {
  const auto& context = *static_cast<const UserContext*>(user_context);
  std::uint64_t syndrome = SyndromeOf(context);
  // A trap that is the program's own: what was executed can be read.
  if (syndrome == 0 && info->number == kSigtrap && info->code > 0) syndrome = SyndromeOfTrap(context);
  std::array<NamedRegister, kGeneralNames.size() + 5> registers;
  for (std::size_t i = 0; i < kGeneralNames.size(); ++i) registers[i] = {kGeneralNames[i], context.x[i]};
  NamedRegister* rest = &registers[kGeneralNames.size()];
  rest[0] = {"sp", context.stack_pointer};
  rest[1] = {"pc", context.program_counter};
  rest[2] = {"pstate", context.pstate};
  rest[3] = {"esr", syndrome};
  rest[4] = {"signal", static_cast<std::uint64_t>(info->number)};

  const bool knows_syndrome = syndrome != 0 && info->code > 0;
  std::array<char, 160> cause;
  if (knows_syndrome) {
    DescribeException({.vector = kSynchronousLowerLevel,
                       .esr = syndrome,
                       .far = context.fault_address,
                       .stack_pointer = context.stack_pointer,
                       .main_stack_guard = 1,
                       .interrupt_stack_guard = 1,
                       .exception_stack_guard = 1},
                      cause);
  }
  EnkelOnException({
      .cause = knows_syndrome ? cause.data() : DescribeSignal(*info),
      .has_address = knows_syndrome ? HasFaultAddress(kSynchronousLowerLevel, syndrome) : info->code > 0,
      .address = knows_syndrome ? context.fault_address : info->address,
      .program_counter = context.program_counter,
      .frame_pointer = context.x[kFramePointer],
      .stack_pointer = context.stack_pointer,
      .registers = registers,
  });
}

}  // namespace kernel::arch::host
