#include "kernel/arch/aarch64/page_table_entry.h"

#include <gtest/gtest.h>

namespace kernel::arch {
namespace {

constexpr Access kAccesses[] = {Access::kNone, Access::kRead, Access::kReadWrite, Access::kReadExecute, Access::kGuard};
constexpr MemoryType kTypes[] = {MemoryType::kNormal, MemoryType::kDevice};

TEST(PageTableEntry, EveryLeafIsDecodedToWhatItWasMadeOf) {
  for (int level = 1; level <= 3; ++level) {
    for (const std::uint64_t physical : {std::uint64_t{0}, std::uint64_t{0x40000000}, std::uint64_t{0x7fc0000000}}) {
      for (const Access access : kAccesses) {
        for (const MemoryType type : kTypes) {
          const std::uint64_t entry = PageTableEntry::Leaf(physical, access, type, level);
          EXPECT_EQ(PageTableEntry::Physical(entry), physical);
          EXPECT_EQ(PageTableEntry::AccessOf(entry), access);
          EXPECT_EQ(PageTableEntry::TypeOf(entry), type);
          EXPECT_EQ(PageTableEntry::IsPresent(entry), access != Access::kNone && access != Access::kGuard);
          EXPECT_FALSE(PageTableEntry::IsTable(entry, level));
          EXPECT_FALSE(PageTableEntry::IsEmpty(entry));
        }
      }
    }
  }
}

TEST(PageTableEntry, NoLeafIsWritableAndExecutable) {
  for (const Access access : kAccesses) {
    const std::uint64_t entry = PageTableEntry::Leaf(0, access, MemoryType::kNormal, 3);
    EXPECT_FALSE(PageTableEntry::IsPresent(entry) && PageTableEntry::IsWritable(entry) &&
                 PageTableEntry::IsExecutable(entry));
    if (access == Access::kNone || access == Access::kGuard) continue;
    EXPECT_EQ(PageTableEntry::IsWritable(entry), access == Access::kReadWrite);
    EXPECT_EQ(PageTableEntry::IsExecutable(entry), access == Access::kReadExecute);
  }
}

TEST(PageTableEntry, TablesLeadDownAndLeavesDoNot) {
  const std::uint64_t entry = PageTableEntry::Table(0x123000);
  EXPECT_TRUE(PageTableEntry::IsTable(entry, 1));
  EXPECT_TRUE(PageTableEntry::IsTable(entry, 2));
  EXPECT_FALSE(PageTableEntry::IsTable(entry, 3));
  EXPECT_EQ(PageTableEntry::Physical(entry), 0x123000u);
  EXPECT_TRUE(PageTableEntry::IsEmpty(0));
  EXPECT_FALSE(PageTableEntry::IsPresent(0));
}

// [ARM ARM] D8.3: bits written out, so that an error of the encoder cannot hide in the decoder.
TEST(PageTableEntry, BitsAreThoseOfTheManual) {
  constexpr MemoryType kNormal = MemoryType::kNormal;
  EXPECT_EQ(PageTableEntry::Leaf(0x80000, Access::kReadExecute, kNormal, 3), 0x0040000000080783u);
  EXPECT_EQ(PageTableEntry::Leaf(0x81000, Access::kRead, kNormal, 3), 0x0060000000081783u);
  EXPECT_EQ(PageTableEntry::Leaf(0x82000, Access::kReadWrite, kNormal, 3), 0x0060000000082703u);
  EXPECT_EQ(PageTableEntry::Leaf(0x200000, Access::kReadWrite, kNormal, 2), 0x0060000000200701u);
  EXPECT_EQ(PageTableEntry::Leaf(0x3f000000, Access::kReadWrite, MemoryType::kDevice, 2), 0x006000003f000405u);
}

}  // namespace
}  // namespace kernel::arch
