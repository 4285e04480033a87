// Interrupts by the INT instruction, without a controller: what the entry code promises about gates and registers.
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "gtest/gtest.h"
#include "kernel/arch/address_space.h"
#include "kernel/arch/interrupts.h"
#include "kernel/arch/x86_64/interrupt_gates.h"
#include "kernel/arch/x86_64/port_io.h"

namespace kernel::arch {
namespace {

constexpr std::size_t kVectors = 256;
constexpr std::uint32_t kFirst = 32;

constinit std::array<int, kVectors> calls = {};
constinit bool was_masked = false;
constinit std::uint64_t handler_stack = 0;
constinit std::uint32_t handler_mxcsr = 0;
constinit std::uint16_t handler_x87_control = 0;
constinit std::uint16_t handler_x87_status = 0;
constinit bool handler_ran_forward = false;

template <std::size_t vector>
void Raise() {
  asm volatile("int %0" : : "i"(vector) : "memory");
}

template <std::size_t... index>
void RaiseAll(std::index_sequence<index...>) {
  (..., Raise<kFirst + index>());
}

class InterruptEntry : public testing::Test {
 protected:
  InterruptEntry() {
    OpenInterruptGates();
    calls = {};
  }
};

}  // namespace

// Changes every register that a C++ function may change.
extern "C" void EnkelOnInterrupt(std::uint32_t vector) {
  ++calls[vector];
  was_masked = InterruptsAreMasked();
  handler_stack = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
  asm volatile("stmxcsr %0" : "=m"(handler_mxcsr));
  asm volatile("fnstcw %0" : "=m"(handler_x87_control));
  asm volatile("fnstsw %0" : "=m"(handler_x87_status));
  handler_ran_forward = (__builtin_ia32_readeflags_u64() & (1 << 10)) == 0;
  const std::uint32_t other_mxcsr = 0x7f80;
  asm volatile(
      "xorl %%eax, %%eax\n\t movl %%eax, %%ecx\n\t movl %%eax, %%edx\n\t movl %%eax, %%esi\n\t movl %%eax, %%edi\n\t"
      "movl %%eax, %%r8d\n\t movl %%eax, %%r9d\n\t movl %%eax, %%r10d\n\t movl %%eax, %%r11d\n\t"
      "pxor %%xmm0, %%xmm0\n\t pxor %%xmm1, %%xmm1\n\t pxor %%xmm7, %%xmm7\n\t pxor %%xmm8, %%xmm8\n\t"
      "pxor %%xmm15, %%xmm15\n\t ldmxcsr %0\n\t fldz\n\t fldz\n\t fldz\n\t fldz\n\t fldz\n\t fldz\n\t fldz\n\t fldz"
      :
      : "m"(other_mxcsr)
      : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm7", "xmm8", "xmm15", "memory");
}

namespace {

TEST_F(InterruptEntry, EveryVectorReachesTheHandlerWithItsNumber) {
  RaiseAll(std::make_index_sequence<kVectors - kFirst>());
  for (std::size_t vector = 0; vector < kVectors; ++vector) EXPECT_EQ(calls[vector], vector < kFirst ? 0 : 1) << vector;
}

TEST_F(InterruptEntry, TheHandlerRunsMaskedOnItsOwnStack) {
  asm volatile("int $0x40" : : : "memory");
  const auto here = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
  EXPECT_TRUE(was_masked);
  EXPECT_GT(here - handler_stack, std::uint64_t{4096});
}

TEST_F(InterruptEntry, RegistersOfTheInterruptedCodeSurvive) {
  struct State {
    std::array<std::uint64_t, 9> integers;  // rax rcx rdx rsi rdi r8 r9 r10 r11
    std::array<double, 5> vectors;          // xmm0 1 7 8 15
    double x87;
    std::uint64_t rbp_difference;
  } state = {};
  asm volatile(
      "movq %%rbp, %%rbx\n\t"
      "movl $1, %%eax\n\t movl $2, %%ecx\n\t movl $3, %%edx\n\t movl $4, %%esi\n\t movl $5, %%edi\n\t"
      "movl $6, %%r8d\n\t movl $7, %%r9d\n\t movl $8, %%r10d\n\t movl $9, %%r11d\n\t"
      "cvtsi2sd %%rax, %%xmm0\n\t cvtsi2sd %%rcx, %%xmm1\n\t cvtsi2sd %%rdx, %%xmm7\n\t cvtsi2sd %%rsi, %%xmm8\n\t"
      "cvtsi2sd %%rdi, %%xmm15\n\t fldpi\n\t std\n\t int $0x50\n\t cld\n\t fstpl 112(%0)\n\t"
      "movq %%rax, (%0)\n\t movq %%rcx, 8(%0)\n\t movq %%rdx, 16(%0)\n\t movq %%rsi, 24(%0)\n\t movq %%rdi, 32(%0)\n\t"
      "movq %%r8, 40(%0)\n\t movq %%r9, 48(%0)\n\t movq %%r10, 56(%0)\n\t movq %%r11, 64(%0)\n\t"
      "movsd %%xmm0, 72(%0)\n\t movsd %%xmm1, 80(%0)\n\t movsd %%xmm7, 88(%0)\n\t movsd %%xmm8, 96(%0)\n\t"
      "movsd %%xmm15, 104(%0)\n\t subq %%rbp, %%rbx\n\t movq %%rbx, 120(%0)"
      :
      : "r"(&state)
      : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm7", "xmm8", "xmm15",
        "memory", "cc");
  EXPECT_EQ(state.integers, (std::array<std::uint64_t, 9>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(state.vectors, (std::array<double, 5>{1, 2, 3, 4, 5}));
  EXPECT_DOUBLE_EQ(state.x87, 3.14159265358979323846);
  EXPECT_EQ(state.rbp_difference, 0U);
  EXPECT_TRUE(handler_ran_forward);
}

TEST_F(InterruptEntry, TheHandlerFindsTheUsualControlWordsAndTheInterruptedCodeItsOwn) {
  const std::uint32_t toward_zero = 0x7f80;
  const std::uint32_t usual = 0x1f80;
  const std::uint16_t single_precision = 0x007f;
  std::uint32_t mxcsr = 0;
  std::uint16_t x87 = 0;
  asm volatile("ldmxcsr %0\n\t fldcw %1\n\t fldz\n\t int $0x60\n\t fstp %%st(0)"
               :
               : "m"(toward_zero), "m"(single_precision));
  asm volatile("stmxcsr %0\n\t fnstcw %1\n\t fninit\n\t ldmxcsr %2" : "=m"(mxcsr), "=m"(x87) : "m"(usual));
  EXPECT_EQ(handler_mxcsr, usual);
  EXPECT_EQ(handler_x87_control, 0x037f);
  EXPECT_EQ(handler_x87_status & 0x3800, 0) << "the register stack is empty";
  EXPECT_EQ(mxcsr, toward_zero);
  EXPECT_EQ(x87, single_precision);
}

TEST_F(InterruptEntry, UnmaskingAndMaskingAgainAreSeen) {
  // What the firmware left of the old interrupt controller would come at a vector of an exception.
  for (const std::uint16_t mask_of_8259 : {0x21, 0xa1}) WritePort8(mask_of_8259, 0xff);
  EXPECT_TRUE(InterruptsAreMasked());
  UnmaskInterrupts();
  const bool stayed_masked = InterruptsAreMasked();
  MaskInterrupts();
  EXPECT_FALSE(stayed_masked);
  EXPECT_TRUE(InterruptsAreMasked());
}

TEST_F(InterruptEntry, TheTableOfGatesIsReadOnly) {
  struct [[gnu::packed]] {
    std::uint16_t limit;
    std::uint64_t base;
  } table;
  asm volatile("sidt %0" : "=m"(table));
  EXPECT_EQ(table.limit, 256 * 16 - 1);
  static constinit std::uint64_t base = 0;
  static constinit bool is_readable = false;
  static constinit bool is_writable = false;
  base = table.base;
  ForEachMapping(
      [](void*, const Mapping& mapping) {
        if (base < mapping.virtual_address.value || base - mapping.virtual_address.value >= mapping.size) return;
        is_readable |= mapping.readable;
        is_writable |= mapping.writable;
      },
      nullptr);
  EXPECT_TRUE(is_readable);
  EXPECT_FALSE(is_writable);
}

}  // namespace
}  // namespace kernel::arch
