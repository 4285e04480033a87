#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/arch/x86_64/exception_frame.h"

namespace kernel::arch {
namespace {

constexpr StackGuards kGuards = {.main = 0x300000, .interrupt = 0x280000, .exception = 0x200000};

std::string PageFault(std::uint64_t address, std::uint64_t error_code) {
  ExceptionFrame frame = {};
  frame.vector = 14;
  frame.cr2 = address;
  frame.error_code = error_code;
  return DescribeException(frame, {}, kGuards);
}

std::string InvalidOpcode(const std::vector<std::uint8_t>& code) {
  ExceptionFrame frame = {};
  frame.vector = 6;
  return DescribeException(frame, code, kGuards);
}

std::string GeneralProtection(std::uint64_t error_code) {
  ExceptionFrame frame = {};
  frame.vector = 13;
  frame.error_code = error_code;
  return DescribeException(frame, {}, kGuards);
}

TEST(DescribeException, TellsReadWriteAndFetchApart) {
  EXPECT_EQ(PageFault(0x123456, 0), "page fault: read from an unmapped page");
  EXPECT_EQ(PageFault(0x123456, 2), "page fault: write to an unmapped page");
  EXPECT_EQ(PageFault(0x123456, 3), "page fault: write to a read-only page");
  EXPECT_EQ(PageFault(0x123456, 0x10), "page fault: instruction fetch from an unmapped page");
  EXPECT_EQ(PageFault(0x123456, 0x11), "page fault: instruction fetch from a page that is not executable");
  EXPECT_EQ(PageFault(0x123456, 9), "page fault: reserved bit set in a page table entry");
}

TEST(DescribeException, NamesNullPointersOnPageZeroOnly) {
  EXPECT_EQ(PageFault(0xfff, 0), "page fault: read through a null pointer");
  EXPECT_EQ(PageFault(8, 2), "page fault: write through a null pointer");
  EXPECT_EQ(PageFault(0, 0x10), "page fault: call or jump through a null pointer");
  EXPECT_EQ(PageFault(0x1000, 0), "page fault: read from an unmapped page");
}

TEST(DescribeException, NamesTheStackWhoseGuardWasTouched) {
  EXPECT_EQ(PageFault(0x300fff, 2), "stack overflow: main stack");
  EXPECT_EQ(PageFault(0x300000, 0), "stack overflow: main stack");
  EXPECT_EQ(PageFault(0x2ffff8, 2), "page fault: write to an unmapped page");
  EXPECT_EQ(PageFault(0x280ff8, 2), "stack overflow: interrupt stack");
  EXPECT_EQ(PageFault(0x200ff8, 2), "stack overflow: exception stack");
}

TEST(DescribeException, KnowsAStackOverflowByTheStackPointer) {
  ExceptionFrame frame = {};
  frame.vector = 14;
  frame.error_code = 2;
  frame.rsp = 0x700000;
  const std::string_view overflow = "page fault: unmapped page where the stack pointer is: stack overflow";
  frame.cr2 = 0x6ffff8;
  EXPECT_EQ(DescribeException(frame, {}, kGuards), overflow);
  frame.cr2 = 0x6ff000;
  EXPECT_EQ(DescribeException(frame, {}, kGuards), overflow);
  frame.cr2 = 0x700ff8;
  EXPECT_EQ(DescribeException(frame, {}, kGuards), overflow);
  frame.cr2 = 0x6feff8;
  EXPECT_EQ(DescribeException(frame, {}, kGuards), std::string_view("page fault: write to an unmapped page"));
  frame.cr2 = 0x701000;
  EXPECT_EQ(DescribeException(frame, {}, kGuards), std::string_view("page fault: write to an unmapped page"));
  frame.cr2 = 0x6ffff8;
  frame.error_code = 3;
  EXPECT_EQ(DescribeException(frame, {}, kGuards), std::string_view("page fault: write to a read-only page"));
}

TEST(DescribeException, ReadsTheCheckOutOfClangsTrapInstruction) {
  EXPECT_EQ(InvalidOpcode({0x67, 0x0f, 0xb9, 0x00}), "undefined behaviour: signed addition overflow");
  EXPECT_EQ(InvalidOpcode({0x67, 0x0f, 0xb9, 0x40, 0x12}), "undefined behaviour: array index out of bounds");
  EXPECT_EQ(InvalidOpcode({0x67, 0x0f, 0xb9, 0x40, 0x18}),
            "undefined behaviour: variable-length array of size zero or less");
  EXPECT_EQ(InvalidOpcode({0x67, 0x0f, 0xb9, 0x40, 0x19}), "undefined behaviour: check unknown to this kernel");
  EXPECT_EQ(InvalidOpcode({0x0f, 0x0b}), "trap: ud2 (abort or __builtin_trap)");
}

TEST(DescribeException, SurvivesCodeThatMayNotBeRead) {
  EXPECT_EQ(InvalidOpcode({}), "invalid opcode");
  EXPECT_EQ(InvalidOpcode({0x0f}), "invalid opcode");
  EXPECT_EQ(InvalidOpcode({0x67, 0x0f, 0xb9}), "invalid opcode");
  EXPECT_EQ(InvalidOpcode({0x67, 0x0f, 0xb9, 0x40}), "undefined behaviour: check unknown to this kernel");
}

TEST(DescribeException, NamesWhatAGeneralProtectionFaultPointsAt) {
  EXPECT_EQ(GeneralProtection(0),
            "general protection (privileged or malformed instruction, or a non-canonical address)");
  EXPECT_EQ(GeneralProtection(0x80 * 8 + 2), "general protection: no gate for this interrupt vector (error_code / 8)");
  EXPECT_EQ(GeneralProtection(0x28), "general protection: bad segment selector (error_code)");
}

TEST(DescribeException, HasANameForEveryVector) {
  ExceptionFrame frame = {};
  for (frame.vector = 0; frame.vector < 40; ++frame.vector) {
    EXPECT_GT(std::string(DescribeException(frame, {}, kGuards)).size(), 4U) << frame.vector;
    EXPECT_EQ(HasFaultAddress(frame), frame.vector == 14);
  }
}

}  // namespace
}  // namespace kernel::arch
