#include "kernel/panic/crash_record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "kernel/arch/exception.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/panic/crash_facts.h"
#include "kernel/panic/last_crash.h"
#include "kernel/panic/reboot.h"

namespace {

alignas(8) std::array<std::byte, 4096> page;
bool has_page = true;
std::string console;
kernel::Instant now = {5'000'000'000};

constexpr int kWasReset = 44;

}  // namespace

namespace board {

std::byte* CrashPage() { return has_page ? page.data() : nullptr; }
void ConsoleWrite(std::string_view text) { console += text; }
kernel::Instant Now() { return now; }
void Reset() { std::_Exit(kWasReset); }

}  // namespace board

namespace kernel::panic {
namespace {

CrashRecord Sound() {
  CrashRecord record;
  record.crashes = 3;
  record.uptimes = {1'500'000'000, 2, 3};
  record.frame_count = 2;
  record.frames = {0x80000, 0x80100};
  record.first_is_exact = 1;
  record.register_count = 1;
  record.registers[0].name = {'p', 'c'};
  record.registers[0].value = 0x80000;
  record.reason_size = static_cast<std::uint32_t>(std::string_view("out of cheese").copy(record.reason.data(), 192));
  record.log_size = static_cast<std::uint32_t>(std::string_view("0.1 info: hello\n").copy(record.log.data(), 100));
  record.checksum = ChecksumOf(record);
  return record;
}

Result<void> ParseBytes(const CrashRecord& record, CrashRecord& parsed) {
  return Parse(std::as_bytes(std::span(&record, 1)), parsed);
}

TEST(CrashRecord, ComesBackAsItWasWritten) {
  CrashRecord parsed;
  ASSERT_TRUE(ParseBytes(Sound(), parsed).has_value());
  EXPECT_EQ(parsed.reason_text(), "out of cheese");
  EXPECT_EQ(parsed.uptime(), Duration::Milliseconds(1500));
  std::string text;
  Print(parsed, [](void* to, std::string_view piece) { *static_cast<std::string*>(to) += piece; }, &text);
  EXPECT_EQ(text,
            "last crash: out of cheese\n  number 3 since the power came on, after 1.500 s of uptime\n"
            "  pc 0x0000000000080000\n  backtrace:\n  #0 0x0000000000080000\n  #1 0x0000000000080100\n"
            "  log:\n0.1 info: hello\n");
}

TEST(CrashRecord, AnyBitThatChangedIsSeen) {
  const CrashRecord sound = Sound();
  CrashRecord parsed;
  for (std::size_t bit = 0; bit < 8 * sizeof(CrashRecord); bit += 7) {
    CrashRecord damaged = sound;
    reinterpret_cast<unsigned char*>(&damaged)[bit / 8] ^= static_cast<unsigned char>(1 << bit % 8);
    ASSERT_FALSE(ParseBytes(damaged, parsed).has_value()) << "bit " << bit;
  }
}

TEST(CrashRecord, WhatIsNoRecordIsNotFound) {
  CrashRecord parsed;
  const std::array<std::byte, 4096> zeros = {};
  EXPECT_EQ(Parse(zeros, parsed).error(), Error::kNotFound);
  EXPECT_EQ(Parse({}, parsed).error(), Error::kMalformed);
  CrashRecord other = Sound();
  other.version = 2;
  EXPECT_EQ(ParseBytes(other, parsed).error(), Error::kUnsupported);
}

// Records with a right checksum, which somebody may have written on purpose.
TEST(CrashRecord, NothingOfItIsBelieved) {
  const auto is_refused = [](auto change) {
    CrashRecord record = Sound();
    change(record);
    record.checksum = ChecksumOf(record);
    CrashRecord parsed;
    const Result<void> result = ParseBytes(record, parsed);
    return !result.has_value() && result.error() == Error::kMalformed;
  };
  EXPECT_FALSE(is_refused([](CrashRecord&) {}));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.frame_count = CrashRecord::kFrames + 1; }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.register_count = UINT32_MAX; }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.reason_size = 193; }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.log_size = 2049; }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.crashes = 0; }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.uptimes[7] = -1; }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.reason[0] = '\n'; }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.log[0] = '\x1b'; }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.registers[0].name.fill('x'); }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.registers[0].name[0] = '\n'; }));
  EXPECT_TRUE(is_refused([](CrashRecord& r) { r.first_is_exact = 2; }));
}

// One process is one run of a machine: it can read what was before it, and crash once.
TEST(Crash, LeavesARecordThatCountsOn) {
  now = now + Duration::Seconds(5);
  const CrashRecord before = Sound();
  std::memcpy(page.data(), &before, sizeof(before));
  ASSERT_NE(LastCrash(), nullptr);
  EXPECT_EQ(LastCrash()->reason_text(), "out of cheese");

  EnkelNoteReason("page\tfault");
  const std::array<arch::NamedRegister, 1> registers = {{{"a_very_long_name", 7}}};
  const std::array<std::uint64_t, 40> frames = {0x1000, 0x2000};
  const CrashRecord* const record =
      EnkelRecordCrash({.registers = registers, .frames = frames, .first_is_exact = true});
  ASSERT_NE(record, nullptr);
  CrashRecord parsed;
  ASSERT_TRUE(Parse(page, parsed).has_value());
  EXPECT_EQ(parsed.reason_text(), "page?fault");
  EXPECT_EQ(parsed.crashes, 4u);
  EXPECT_EQ(parsed.uptimes[0], 5'000'000'000);
  EXPECT_EQ(parsed.uptimes[1], 1'500'000'000);
  EXPECT_EQ(parsed.backtrace().size(), CrashRecord::kFrames);
  EXPECT_STREQ(parsed.all_registers()[0].name.data(), "a_very_long");
  EXPECT_EQ(LastCrash()->reason_text(), "out of cheese") << "the program's copy stays";

  // A panic while in panic does not count twice.
  EnkelNoteReason("another");
  EXPECT_EQ(EnkelRecordCrash({}), record);
  EXPECT_EQ(record->crashes, 4u);
  EXPECT_EQ(record->reason_text(), "page?fault");

  ForgetLastCrash();
  EXPECT_EQ(LastCrash(), nullptr);
  EXPECT_EQ(Parse(page, parsed).error(), Error::kNotFound);
}

TEST(RebootDeathTest, ComesAfterACrash) {
  page.fill(std::byte{0});
  EXPECT_EXIT(EnkelEndOfPanic(), testing::ExitedWithCode(kWasReset), "");
  has_page = false;
  EXPECT_EXIT(EnkelEndOfPanic(), testing::ExitedWithCode(kWasReset), "");
  has_page = true;
}

TEST(RebootDeathTest, DoesNotComeAfterManyCrashesInLittleTime) {
  const auto crash_after = [](std::uint32_t crashes, Duration earliest) {
    CrashRecord before = Sound();
    before.crashes = crashes;
    before.uptimes = {1, 2, 3, earliest.nanoseconds};
    before.checksum = ChecksumOf(before);
    std::memcpy(page.data(), &before, sizeof(before));
    EnkelEndOfPanic();
    std::fputs(console.c_str(), stderr);
    std::_Exit(0);  // it returned: the machine is to stop
  };
  EXPECT_EXIT(crash_after(kCrashLoop.crashes - 1, Duration()), testing::ExitedWithCode(0),
              "crash loop: 5 crashes in [0-9.]+ .?s of uptime; stopped");
  EXPECT_EXIT(crash_after(kCrashLoop.crashes - 2, Duration()), testing::ExitedWithCode(kWasReset), "");
  EXPECT_EXIT(crash_after(100, Duration::Seconds(600)), testing::ExitedWithCode(kWasReset), "");
  EXPECT_EXIT(crash_after(100, Duration{INT64_MAX}), testing::ExitedWithCode(kWasReset), "");
  EXPECT_EXIT(crash_after(UINT32_MAX, Duration()), testing::ExitedWithCode(0), "stopped");
}

}  // namespace
}  // namespace kernel::panic
