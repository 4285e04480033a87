#include "boards/pc/acpi.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/result.h"

namespace board {
namespace {

struct Image {
  std::vector<std::byte> bytes;
  template <typename T>
  Image& Put(T value) {
    const auto* first = reinterpret_cast<const std::byte*>(&value);
    bytes.insert(bytes.end(), first, first + sizeof(T));
    return *this;
  }
  Image& Text(std::string_view text) {
    for (const char c : text) Put(c);
    return *this;
  }
  Image& Zeros(std::size_t count) {
    bytes.resize(bytes.size() + count);
    return *this;
  }
  // Makes the first `size` bytes add up to zero by the one at `offset`.
  Image& Balance(std::size_t offset, std::size_t size) {
    bytes[offset] = std::byte{0};
    std::uint8_t sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum = static_cast<std::uint8_t>(sum + static_cast<std::uint8_t>(bytes[i]));
    bytes[offset] = static_cast<std::byte>(-sum);
    return *this;
  }
};

Image Root(std::uint8_t revision, std::uint32_t rsdt, std::uint64_t xsdt) {
  Image image;
  image.Text("RSD PTR ").Put(std::uint8_t{0}).Text("ENKEL ").Put(revision).Put(rsdt).Balance(8, 20);
  image.Put(std::uint32_t{36}).Put(xsdt).Put(std::uint8_t{0}).Zeros(3).Balance(32, 36);
  return image;
}

Image Table(std::string_view signature, const Image& content) {
  Image image;
  image.Text(signature).Put(static_cast<std::uint32_t>(36 + content.bytes.size())).Zeros(28);
  image.bytes.insert(image.bytes.end(), content.bytes.begin(), content.bytes.end());
  return image.Balance(9, image.bytes.size());
}

Image& IoApicEntry(Image& image, std::uint32_t address, std::uint32_t first_line) {
  return image.Put(std::uint8_t{1}).Put(std::uint8_t{12}).Put(std::uint16_t{0}).Put(address).Put(first_line);
}

Image& OverrideEntry(Image& image, std::uint8_t bus, std::uint8_t source, std::uint32_t line) {
  return image.Put(std::uint8_t{2}).Put(std::uint8_t{10}).Put(bus).Put(source).Put(line).Put(std::uint16_t{0});
}

// As QEMU's microvm has it, with a local APIC first and an entry that is longer than is known.
Image Madt() {
  Image content;
  content.Put(std::uint32_t{0xfee0'0000}).Put(std::uint32_t{1});
  content.Put(std::uint8_t{0}).Put(std::uint8_t{8}).Zeros(6);
  IoApicEntry(content, 0xfec0'0000, 0);
  IoApicEntry(content, 0xfec1'0000, 24);
  OverrideEntry(content, 0, 0, 2);
  OverrideEntry(content, 0, 9, 20);
  content.Put(std::uint8_t{77}).Put(std::uint8_t{20}).Zeros(18);
  return Table("APIC", content);
}

TEST(FindAcpiRoot, TakesTheWideTableWhereThereIsOne) {
  const auto wide = FindAcpiRoot(Root(2, 0x1000, 0x1'2345'0000).bytes);
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->address.value, 0x1'2345'0000U);
  EXPECT_EQ(wide->signature, kXsdt);
  const auto narrow = FindAcpiRoot(Root(0, 0x1000, 0x1'2345'0000).bytes);
  ASSERT_TRUE(narrow);
  EXPECT_EQ(narrow->address.value, 0x1000U);
  EXPECT_EQ(narrow->signature, kRsdt);
  EXPECT_EQ(FindAcpiRoot(Root(2, 0x1000, 0).bytes)->signature, kRsdt);
}

TEST(FindAcpiRoot, LooksAtMultiplesOfSixteenAndAtTheChecksum) {
  Image area;
  area.Zeros(48);
  const Image root = Root(0, 0x1000, 0);
  area.bytes.insert(area.bytes.end(), root.bytes.begin(), root.bytes.end());
  EXPECT_TRUE(FindAcpiRoot(area.bytes));
  EXPECT_FALSE(FindAcpiRoot(Bytes(area.bytes).subspan(8)));
  area.bytes[48 + 17] ^= std::byte{1};
  EXPECT_EQ(FindAcpiRoot(area.bytes).error(), kernel::Error::kNotFound);
}

TEST(FindAcpiRoot, EveryTruncationIsHarmless) {
  const Image root = Root(2, 0x1000, 0x2000);
  for (std::size_t size = 0; size < 20; ++size) EXPECT_FALSE(FindAcpiRoot(Bytes(root.bytes).first(size)));
  for (std::size_t size = 20; size < 36; ++size) {
    EXPECT_EQ(FindAcpiRoot(Bytes(root.bytes).first(size))->signature, kRsdt) << "the extension is not whole";
  }
}

TEST(AcpiTable, HasASizeAndAChecksum) {
  Image table = Madt();
  EXPECT_EQ(ParseAcpiTableSize(table.bytes, kMadt).value(), table.bytes.size());
  EXPECT_EQ(ParseAcpiTableSize(table.bytes, kXsdt).error(), kernel::Error::kNotFound);
  EXPECT_EQ(ParseAcpiTableSize(Bytes(table.bytes).first(35), kMadt).error(), kernel::Error::kMalformed);
  EXPECT_TRUE(IsAcpiTableWhole(table.bytes));
  table.bytes.back() ^= std::byte{0x40};
  EXPECT_FALSE(IsAcpiTableWhole(table.bytes));
  const std::uint32_t small = 35;
  std::memcpy(table.bytes.data() + 4, &small, sizeof(small));
  EXPECT_EQ(ParseAcpiTableSize(table.bytes, kMadt).error(), kernel::Error::kMalformed);
}

TEST(AcpiTable, TheRootListsAddresses) {
  Image content;
  content.Put(std::uint64_t{0x1'0000'2000}).Put(std::uint64_t{0x3000}).Zeros(5);
  const Image table = Table("XSDT", content);
  EXPECT_EQ(CountAcpiTables(table.bytes, kXsdt), 2U);
  EXPECT_EQ(AcpiTableAddress(table.bytes, kXsdt, 0).value, 0x1'0000'2000U);
  EXPECT_EQ(CountAcpiTables(table.bytes, kRsdt), 5U);
  EXPECT_EQ(AcpiTableAddress(table.bytes, kRsdt, 2).value, 0x3000U);
  EXPECT_EQ(CountAcpiTables(Bytes(table.bytes).first(20), kRsdt), 0U);
}

TEST(Madt, NamesIoApicsAndOverrides) {
  const auto wiring = ParseMadt(Madt().bytes);
  ASSERT_TRUE(wiring);
  ASSERT_EQ(wiring->io_apic_count, 2U);
  EXPECT_EQ(wiring->io_apics[1].address.value, 0xfec1'0000U);
  EXPECT_EQ(wiring->io_apics[1].first_line, 24U);
  EXPECT_EQ(wiring->isa_lines[0], 2U);
  EXPECT_EQ(wiring->isa_lines[4], 4U);
  EXPECT_EQ(wiring->isa_lines[9], 20U);
}

TEST(Madt, WhatCannotBeIsLeftOut) {
  Image content;
  content.Put(std::uint64_t{0});
  IoApicEntry(content, 0x0010'0000, 0);                                     // RAM
  IoApicEntry(content, 0xfee0'0000, 0);                                     // the local APIC
  IoApicEntry(content, 0xfec0'0123, 0);                                     // no page
  OverrideEntry(content, 1, 3, 5);                                          // not ISA
  OverrideEntry(content, 0, 200, 5);                                        // no such wire
  content.Put(std::uint8_t{1}).Put(std::uint8_t{4}).Put(std::uint16_t{0});  // too short
  EXPECT_EQ(ParseMadt(Table("APIC", content).bytes).error(), kernel::Error::kNotFound);
  for (std::uint32_t i = 0; i < 9; ++i) IoApicEntry(content, 0xfec0'0000 + 0x1000 * i, 24 * i);
  const auto wiring = ParseMadt(Table("APIC", content).bytes);
  ASSERT_TRUE(wiring);
  EXPECT_EQ(wiring->io_apic_count, InterruptWiring::kMostIoApics);
  EXPECT_EQ(wiring->isa_lines[3], 3U);
}

TEST(Madt, AnEntryThatEndsOutsideOrHasNoLengthIsMalformed) {
  const Image table = Madt();
  EXPECT_FALSE(ParseMadt(Bytes(table.bytes).first(43)));
  EXPECT_EQ(ParseMadt(Bytes(table.bytes).first(table.bytes.size() - 1)).error(), kernel::Error::kMalformed);
  Image endless;
  endless.Zeros(44).Put(std::uint16_t{0}).Zeros(20);
  EXPECT_EQ(ParseMadt(endless.bytes).error(), kernel::Error::kMalformed);
}

TEST(UsualWiring, IsThePcs) {
  const InterruptWiring wiring = UsualWiring();
  ASSERT_EQ(wiring.io_apic_count, 1U);
  EXPECT_EQ(wiring.io_apics[0].address.value, 0xfec0'0000U);
  EXPECT_EQ(wiring.isa_lines[0], 2U);
  EXPECT_EQ(wiring.isa_lines[4], 4U);
}

}  // namespace
}  // namespace board
