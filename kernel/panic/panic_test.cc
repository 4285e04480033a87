#include "kernel/panic/panic.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "kernel/arch/address_space.h"
#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/base/check.h"
#include "kernel/boot/board.h"

namespace {

bool console_panics = false;
bool power_off_panics = false;

}  // namespace

namespace board {

void ConsoleWrite(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  if (console_panics) {
    console_panics = false;
    kernel::panic::Panic("the console is broken");
  }
}

void PowerOff(int exit_code) {
  if (power_off_panics) kernel::panic::Panic("the power switch is broken");
  std::_Exit(exit_code);
}

}  // namespace board

namespace kernel::arch {

void ForEachMapping(void (*)(void* context, const Mapping& mapping), void*) {}

void Stop() { std::_Exit(7); }

}  // namespace kernel::arch

namespace kernel::panic {
namespace {

using testing::ExitedWithCode;

TEST(PanicDeathTest, SaysWhyAndStopsWith101) {
  EXPECT_EXIT(
      Panic("out of cheese"), ExitedWithCode(101),
      "^\n\\*\\*\\* PANIC: out of cheese \\*\\*\\*\nbacktrace:\n  #0 0x[0-9a-f]*\n\\*\\*\\* END OF PANIC \\*\\*\\*\n$");
}

TEST(PanicDeathTest, ABrokenCheckNamesItselfAndItsPlace) {
  EXPECT_EXIT(CheckFailed("a == b", "file.cc", 42), ExitedWithCode(101),
              "\\*\\*\\* PANIC: CHECK\\(a == b\\) failed, file.cc:42 \\*\\*\\*\n");
}

TEST(PanicDeathTest, AnExceptionShowsCauseAddressAndRegisters) {
  const std::array<arch::NamedRegister, 5> registers = {{{"x0", 1}, {"x1", 0xabc}, {"x2", 2}, {"x3", 3}, {"sp", 4}}};
  const arch::ExceptionReport report = {.cause = "data abort",
                                        .in_interrupt = false,
                                        .has_address = true,
                                        .address = 0x10,
                                        .program_counter = 0x8'1234,
                                        .frame_pointer = 0,
                                        .stack_pointer = 0,
                                        .registers = registers};
  EXPECT_EXIT(arch::EnkelOnException(report), ExitedWithCode(101),
              "\n\\*\\*\\* PANIC: data abort, address 0x0000000000000010 \\*\\*\\*\n"
              "  x0 0x0000000000000001  x1 0x0000000000000abc  x2 0x0000000000000002  x3 0x0000000000000003\n"
              "  sp 0x0000000000000004\n"
              "backtrace:\n  #0 0x0000000000081234\n\\*\\*\\* END OF PANIC");
}

TEST(PanicDeathTest, ALongReasonIsPrintedWhole) {
  EXPECT_EXIT(Panic(std::string(1000, 'x')), ExitedWithCode(101), "PANIC: x{1000} ");
}

TEST(PanicDeathTest, APanicInAPanicStopsWith102) {
  EXPECT_EXIT((console_panics = true, Panic("first")), ExitedWithCode(102), "PANIC WHILE IN PANIC");
}

TEST(PanicDeathTest, TheThirdPanicStopsTheCpu) {
  EXPECT_EXIT((console_panics = power_off_panics = true, Panic("first")), ExitedWithCode(7), "");
}

}  // namespace
}  // namespace kernel::panic
