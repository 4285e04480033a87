#include "boards/pc/generation_table.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace board {
namespace {

constexpr std::string_view kName("\x08VGIA\x0c", 6);
constexpr std::size_t kEndOfPlace = 36 + kName.size() + 4;

// As QEMU makes it: the name first, then a device in the ACPI machine language.
std::string Table(std::uint32_t page, std::string_view id = std::string_view("VMGENID\0", 8)) {
  std::string bytes = "SSDT";
  bytes.append(4, '\0').append("\x01\0BOCHS ", 8).append(id).append(12, '\0');
  bytes.append(kName);
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(page >> shift);
  bytes.append("\x10\x4a\x07\\_SB_[\x82VGEN\x08_HID\x0dQEMUVGID", 28);
  bytes[4] = static_cast<char>(bytes.size());
  return bytes;
}

kernel::Result<kernel::PhysicalAddress> Parse(std::string_view table) {
  const std::vector<char> exact(table.begin(), table.end());  // a sanitizer sees the end
  return ParseGenerationTable(std::as_bytes(std::span(exact)));
}

TEST(GenerationTable, TellsThePlaceOfTheIdentifier) {
  for (const std::string_view id : {std::string_view("VMGENID\0", 8), std::string_view("VMGENID ")}) {
    const auto place = Parse(Table(0x0fff'f000, id));
    ASSERT_TRUE(place);
    EXPECT_EQ(place->value, 0x0fff'f028u);
  }
  EXPECT_EQ(Parse(Table(0xffff'f000)).value().value, 0xffff'f028u);
}

TEST(GenerationTable, IsFoundWhereOtherObjectsComeFirst) {
  std::string table = Table(0x0fff'f000);
  table.insert(36, "\x08VGIB\x0c\0\0\0\0\x08VGIA\x0b\0\0", 18);  // another name, and a word of 16 bits
  EXPECT_EQ(Parse(table).value().value, 0x0fff'f028u);
}

TEST(GenerationTable, OtherTablesAreNone) {
  EXPECT_EQ(Parse(Table(0x0fff'f000, "BXPCSSDT")).error(), kernel::Error::kNotFound);
  EXPECT_EQ(Parse(Table(0x0fff'f000, "VMGENIX ")).error(), kernel::Error::kNotFound);
  std::string table = Table(0x0fff'f000);
  table[0] = 'D';
  EXPECT_EQ(Parse(table).error(), kernel::Error::kNotFound);
}

TEST(GenerationTable, WithoutANameOrAPlaceThereIsNoIdentifier) {
  EXPECT_EQ(Parse(Table(0)).error(), kernel::Error::kNotFound) << "the firmware gave it none";
  std::string table = Table(0x0fff'f000);
  table[37] = 'W';
  EXPECT_EQ(Parse(table).error(), kernel::Error::kNotFound);
}

TEST(GenerationTable, APlaceThatIsNotAlignedOrInTwoPagesIsMalformed) {
  for (std::uint32_t offset = 1; offset < 8; ++offset) {
    EXPECT_EQ(Parse(Table(0x0fff'f000 + offset)).error(), kernel::Error::kMalformed) << offset;
  }
  EXPECT_TRUE(Parse(Table(0x0fff'f000 + 4096 - 40 - 16)));
  EXPECT_EQ(Parse(Table(0x0fff'f000 + 4096 - 40 - 8)).error(), kernel::Error::kMalformed);
}

TEST(GenerationTable, EveryTruncationIsHarmless) {
  const std::string table = Table(0x0fff'f000);
  for (std::size_t size = 0; size < table.size(); ++size) {
    EXPECT_EQ(Parse(std::string_view(table).substr(0, size)).has_value(), size >= kEndOfPlace) << size;
  }
}

struct Range {
  std::uint64_t base, size;
};

bool IsReserved(std::uint64_t identifier, Range range) {
  ReservedMemory memory({identifier});
  MemoryMapSink& sink = memory;
  sink.Usable({.base = {identifier}, .size = 4096});
  EXPECT_FALSE(memory.has_identifier()) << "what a program may get is not reserved";
  sink.Reserved({.base = {range.base}, .size = range.size});
  return memory.has_identifier();
}

TEST(ReservedMemory, HoldsAnIdentifierThatLiesInItWholly) {
  EXPECT_TRUE(IsReserved(0x1028, {.base = 0x1000, .size = 0x1000}));
  EXPECT_TRUE(IsReserved(0x1028, {.base = 0x1028, .size = 16}));
  EXPECT_FALSE(IsReserved(0x1028, {.base = 0x1028, .size = 15}));
  EXPECT_FALSE(IsReserved(0x1028, {.base = 0x1029, .size = 0x1000}));
  EXPECT_FALSE(IsReserved(0x1028, {.base = 0x1000, .size = 0x28}));
  EXPECT_FALSE(IsReserved(0x1028, {.base = 0x2000, .size = 0x1000}));
  EXPECT_FALSE(IsReserved(0x1028, {.base = 0, .size = 0x1000}));
  EXPECT_FALSE(IsReserved(0x1028, {.base = 0x1000, .size = 0}));
}

TEST(ReservedMemory, AMapWithoutAReservedLineHoldsNone) {
  ReservedMemory memory({0x1028});
  EXPECT_FALSE(memory.has_identifier());
}

}  // namespace
}  // namespace board
