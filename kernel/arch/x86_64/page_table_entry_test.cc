#include "kernel/arch/x86_64/page_table_entry.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace kernel::arch {
namespace {

using Entry = PageTableEntry;

constexpr Access kAccesses[] = {Access::kNone, Access::kRead, Access::kReadWrite, Access::kReadExecute, Access::kGuard};
constexpr MemoryType kTypes[] = {MemoryType::kNormal, MemoryType::kDevice};

TEST(PageTableEntry, LeafKeepsAddressAccessAndType) {
  for (int level = 1; level <= 3; ++level) {
    for (Access access : kAccesses) {
      for (MemoryType type : kTypes) {
        for (std::uint64_t physical : {std::uint64_t{0}, std::uint64_t{0x7fc0000000}}) {
          const std::uint64_t entry = Entry::Leaf(physical, access, type, level);
          EXPECT_EQ(Entry::Physical(entry), physical);
          EXPECT_EQ(Entry::AccessOf(entry), access);
          EXPECT_EQ(Entry::TypeOf(entry), type);
          EXPECT_EQ(Entry::IsPresent(entry), access != Access::kNone && access != Access::kGuard);
          EXPECT_FALSE(Entry::IsTable(entry, level));
          EXPECT_FALSE(Entry::IsEmpty(entry));
        }
      }
    }
  }
}

TEST(PageTableEntry, NoLeafIsWritableAndExecutable) {
  for (Access access : kAccesses) {
    const std::uint64_t entry = Entry::Leaf(0x200000, access, MemoryType::kNormal, 2);
    const bool no_execute = (entry >> 63) != 0;
    const bool writable = (entry & 2) != 0;
    EXPECT_TRUE(no_execute || !writable);
    EXPECT_EQ(Entry::IsWritable(entry), access == Access::kReadWrite);
    EXPECT_EQ(Entry::IsExecutable(entry), access == Access::kReadExecute);
  }
}

// Bit by bit as the manual's table 4-20 has it, without the constants of the code.
TEST(PageTableEntry, HasTheManualsBits) {
  EXPECT_EQ(Entry::Leaf(0x5000, Access::kReadWrite, MemoryType::kNormal, 3), 0x8000'0000'0000'5263);
  EXPECT_EQ(Entry::Leaf(0x5000, Access::kRead, MemoryType::kNormal, 3), 0x8000'0000'0000'5261);
  EXPECT_EQ(Entry::Leaf(0x5000, Access::kReadExecute, MemoryType::kNormal, 3), 0x0000'0000'0000'5261U);
  EXPECT_EQ(Entry::Leaf(0xfee00000, Access::kReadWrite, MemoryType::kDevice, 2), 0x8000'0000'fee0'02fb);
  EXPECT_EQ(Entry::Table(0x5000), 0x5023U);
}

TEST(PageTableEntry, TableIsATableOnlyAboveTheLastLevel) {
  const std::uint64_t entry = Entry::Table(0x5000);
  EXPECT_TRUE(Entry::IsTable(entry, 1));
  EXPECT_TRUE(Entry::IsTable(entry, 2));
  EXPECT_FALSE(Entry::IsTable(entry, 3));
  EXPECT_EQ(Entry::Physical(entry), 0x5000U);
  EXPECT_TRUE(Entry::IsEmpty(0));
}

}  // namespace
}  // namespace kernel::arch
