#include "kernel/interrupt/masked_section.h"

#include <utility>

#include "gtest/gtest.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/time.h"
#include "kernel/interrupt/fake_interrupts.h"
#include "kernel/interrupt/interrupt.h"

namespace kernel::interrupt {
namespace {

constexpr Line kLine = {20};

void Pass(std::int64_t nanoseconds) { fake_now = fake_now + Duration::Nanoseconds(nanoseconds); }

TEST(MaskedSection, RecordsItsWorstLengthByName) {
  static constinit MaskedSite site("test: two lengths");
  arch::UnmaskInterrupts();
  for (const int length : {7, 30, 5}) {
    const MaskedSection section(site);
    EXPECT_TRUE(arch::InterruptsAreMasked());
    Pass(length);
  }
  EXPECT_FALSE(arch::InterruptsAreMasked());
  EXPECT_EQ(site.worst_ticks(), 30u);
  EXPECT_EQ(site.count(), 3u);
  int listed = 0;
  for (const MaskedSite* each = FirstMaskedSite(); each != nullptr; each = each->next()) listed += each == &site;
  EXPECT_EQ(listed, 1);
}

TEST(MaskedSection, ChangesOfPageTablesAreListedToo) {
  fake_table_changes = {.count = 3, .worst_ticks = 25};
  const MaskedSite* const first = FirstMaskedSite();
  EXPECT_STREQ(first->name(), "change a page table");
  EXPECT_EQ(first->count(), 3u);
  EXPECT_EQ(first->worst_ticks(), 25u);
  fake_table_changes = {};
  EXPECT_EQ(FirstMaskedSite(), first->next()) << "where the tables are not ours";
}

TEST(MaskedSection, AnInnerOneChangesAndRecordsNothing) {
  static constinit MaskedSite outer("test: outer"), inner("test: inner");
  arch::UnmaskInterrupts();
  {
    const MaskedSection outer_section(outer);
    {
      const MaskedSection inner_section(inner);
      Pass(10);
    }
    EXPECT_TRUE(arch::InterruptsAreMasked());
    Pass(10);
  }
  EXPECT_FALSE(arch::InterruptsAreMasked());
  EXPECT_EQ(outer.worst_ticks(), 20u);
  EXPECT_EQ(inner.count(), 0u);
}

TEST(MaskedSection, InAHandlerItChangesNothing) {
  static constinit MaskedSite site("test: in a handler");
  Result<Registration> registration = Register(
      kLine, Trigger::kRisingEdge, "test",
      [](void*) {
        EXPECT_TRUE(IsInHandler());
        {
          const MaskedSection section(site);
        }
        EXPECT_TRUE(arch::InterruptsAreMasked());
      },
      nullptr);
  ASSERT_TRUE(registration.has_value());
  TheFakeController().Pulse(kLine);
  EXPECT_FALSE(IsInHandler());
  EXPECT_EQ(site.count(), 0u);
}

TEST(MaskedSection, HoldsAnInterruptBackUntilItsEnd) {
  static constinit MaskedSite site("test: holds back");
  static int runs = 0;
  Result<Registration> registration = Register(kLine, Trigger::kRisingEdge, "test", [](void*) { ++runs; }, nullptr);
  {
    const MaskedSection section(site);
    TheFakeController().Pulse(kLine);
    EXPECT_EQ(runs, 0);
  }
  EXPECT_EQ(runs, 1);
}

TEST(MaskedSection, TimeAsleepDoesNotCount) {
  static constinit MaskedSite site("test: sleeps");
  Result<Registration> registration = Register(kLine, Trigger::kRisingEdge, "test", [](void*) {}, nullptr);
  fake_while_asleep = [] {
    Pass(1'000'000);
    TheFakeController().Pulse(kLine);
  };
  {
    MaskedSection section(site);
    Pass(11);
    section.WaitForInterrupt();
    EXPECT_TRUE(arch::InterruptsAreMasked());
    Pass(12);
  }
  fake_while_asleep = nullptr;
  EXPECT_EQ(site.worst_ticks(), 12u);
  EXPECT_EQ(site.count(), 2u);
}

}  // namespace
}  // namespace kernel::interrupt
