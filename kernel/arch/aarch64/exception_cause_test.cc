#include "kernel/arch/aarch64/exception_cause.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace kernel::arch {
namespace {

constexpr std::uint64_t kMainGuard = 0x400bc000, kInterruptGuard = 0x400b7000, kExceptionGuard = 0x400b2000;
constexpr std::uint64_t kWrite = 0x40;  // WnR

constexpr std::uint64_t Esr(std::uint64_t exception_class, std::uint64_t syndrome) {
  return exception_class << 26 | std::uint64_t{1} << 25 | syndrome;
}

ExceptionFacts Facts(std::uint64_t esr, std::uint64_t far = 0x1234567, std::uint64_t vector = 0) {
  return {.vector = vector,
          .esr = esr,
          .far = far,
          .stack_pointer = 0x400fcfa0,
          .main_stack_guard = kMainGuard,
          .interrupt_stack_guard = kInterruptGuard,
          .exception_stack_guard = kExceptionGuard};
}

std::string Cause(const ExceptionFacts& facts) {
  std::array<char, kCauseSize> text;
  DescribeException(facts, text);
  return text.data();
}

TEST(ExceptionCause, DataAbortsSayWhatWasDoneToWhat) {
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x06))), "data abort: translation fault, level 2 (read of an unmapped address)");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x07 | kWrite))),
            "data abort: translation fault, level 3 (write to an unmapped address)");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x0f | kWrite))),
            "data abort: permission fault, level 3 (write to a read-only page)");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x21))), "data abort: alignment fault (read)");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x10 | kWrite))),
            "data abort: external abort, no device or memory answers there (write)");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x16))), "data abort: external abort on a table walk, level 2 (read)");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x1f))), "data abort: parity or ECC error on a table walk, level 3 (read)");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x18))), "data abort: parity or ECC error (read)");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x36))), "data abort: fault status 0x36 (read)");
}

TEST(ExceptionCause, NullIsNamed) {
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x07), 8)), "data abort: translation fault, level 3 (read of the null page)");
  EXPECT_EQ(Cause(Facts(Esr(0x21, 0x06), 0)),
            "instruction abort: translation fault, level 2 (fetch from the null page)");
}

TEST(ExceptionCause, FetchFromDataIsNamed) {
  EXPECT_EQ(Cause(Facts(Esr(0x21, 0x0f))),
            "instruction abort: permission fault, level 3 (fetch from a page that is not executable)");
}

TEST(ExceptionCause, GuardPagesAreStackOverflows) {
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x07 | kWrite), kMainGuard)), "stack overflow: main stack");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x07 | kWrite), kMainGuard + 4095)), "stack overflow: main stack");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x07 | kWrite), kInterruptGuard + 8)), "stack overflow: interrupt stack");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x07 | kWrite), kExceptionGuard + 8)), "stack overflow: emergency stack");
  EXPECT_EQ(Cause(Facts(Esr(0x25, 0x07 | kWrite), kMainGuard - 1)),
            "data abort: translation fault, level 3 (write to an unmapped address)");
}

TEST(ExceptionCause, FaultsOfAnInterruptHandlerAreToldFromThoseOfTheReport) {
  ExceptionFacts facts = Facts(Esr(0x25, 0x07 | kWrite), kInterruptGuard + 8, 4);
  EXPECT_EQ(Cause(facts), "in an interrupt handler: stack overflow: interrupt stack");
  facts.in_report = true;
  EXPECT_EQ(Cause(facts), "exception inside the exception handler: stack overflow: interrupt stack");
}

TEST(ExceptionCause, OtherStacksOverflowWhereTheStackPointerIs) {
  ExceptionFacts facts = Facts(Esr(0x25, 0x07 | kWrite), 0x52000ff8);
  facts.stack_pointer = 0x52000fc0;
  EXPECT_EQ(Cause(facts),
            "data abort: translation fault, level 3 (write to an unmapped address, where the stack pointer "
            "is: stack overflow)");
}

TEST(ExceptionCause, TrapsOfTheSanitizerAreNamed) {
  EXPECT_EQ(Cause(Facts(Esr(0x3c, 0x5500))), "undefined behaviour: signed addition overflows");
  EXPECT_EQ(Cause(Facts(Esr(0x3c, 0x5512))), "undefined behaviour: index out of bounds");
  EXPECT_EQ(Cause(Facts(Esr(0x3c, 0x5518))), "undefined behaviour: variable-length array of no positive length");
  EXPECT_EQ(Cause(Facts(Esr(0x3c, 0x55ff))), "undefined behaviour: check 0xff");
  EXPECT_EQ(Cause(Facts(Esr(0x3c, 0xf000))), "breakpoint instruction: brk #0xf000");
}

TEST(ExceptionCause, OtherClassesAndVectors) {
  EXPECT_EQ(Cause(Facts(Esr(0x00, 0))), "undefined instruction");
  EXPECT_EQ(Cause(Facts(Esr(0x26, 0))), "misaligned stack pointer");
  EXPECT_EQ(Cause(Facts(Esr(0x35, 0))), "debug exception: hardware watchpoint");
  EXPECT_EQ(Cause(Facts(Esr(0x3f, 0))), "synchronous exception of class 0x3f");
  EXPECT_EQ(Cause(Facts(0, 0, 1)), "interrupt (IRQ) that nobody expects");
  EXPECT_EQ(Cause(Facts(0, 0, 7)), "in an interrupt handler: SError: a bus error that came after its instruction");
}

TEST(ExceptionCause, AnAddressIsGivenOnlyWhereTheRegisterHoldsOne) {
  EXPECT_TRUE(HasFaultAddress(0, Esr(0x25, 0x07)));
  EXPECT_FALSE(HasFaultAddress(0, Esr(0x25, 0x10 | 0x400)));  // FnV
  EXPECT_FALSE(HasFaultAddress(0, Esr(0x3c, 1)));
  EXPECT_FALSE(HasFaultAddress(3, Esr(0x25, 0x07)));
}

TEST(ExceptionCause, EveryCauseFitsTheBufferOfTheReport) {
  for (std::uint64_t vector = 0; vector < 16; ++vector) {
    for (std::uint64_t exception_class = 0; exception_class < 64; ++exception_class) {
      for (std::uint64_t syndrome = 0; syndrome < 0x10000; syndrome += syndrome < 0x200 ? 1 : 0x7f) {
        for (const std::uint64_t far : {std::uint64_t{0}, kMainGuard, std::uint64_t{0x400fcfa0}}) {
          std::array<char, 2 * kCauseSize> text;
          ExceptionFacts facts = Facts(Esr(exception_class, syndrome), far, vector);
          facts.in_report = true;
          DescribeException(facts, text);
          ASSERT_LT(std::string_view(text.data()).size(), kCauseSize) << text.data();
        }
      }
    }
  }
}

TEST(ExceptionCause, SmallBuffersCutOff) {
  std::array<char, 5> text;
  DescribeException(Facts(Esr(0x00, 0)), text);
  EXPECT_STREQ(text.data(), "unde");
  DescribeException(Facts(Esr(0x00, 0)), {});
}

}  // namespace
}  // namespace kernel::arch
