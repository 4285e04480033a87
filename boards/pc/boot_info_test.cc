#include "boards/pc/boot_info.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "boards/pc/multiboot2.h"
#include "boards/pc/pvh.h"
#include "gtest/gtest.h"

namespace board {
namespace {

constexpr std::uint64_t kLimit = std::uint64_t{512} << 30;

// Writes down what it is told: "usable 100000+ff00000 " and so on.
struct Notes : MemoryMapSink {
  std::string text;
  void Usable(MemoryRegion region) override { Add("usable", region); }
  void Reserved(MemoryRegion region) override { Add("reserved", region); }
  void Add(const char* kind, MemoryRegion region) {
    char line[80];
    std::snprintf(line, sizeof(line), "%s %llx+%llx ", kind, static_cast<unsigned long long>(region.base.value),
                  static_cast<unsigned long long>(region.size));
    text += line;
  }
};

struct Image {
  std::vector<std::byte> bytes;
  template <typename T>
  Image& Put(T value) {
    const auto* first = reinterpret_cast<const std::byte*>(&value);
    bytes.insert(bytes.end(), first, first + sizeof(T));
    return *this;
  }
  Image& Put32(std::uint32_t value) { return Put(value); }
  Image& Put64(std::uint64_t value) { return Put(value); }
  Image& Line(std::uint64_t base, std::uint64_t size, std::uint32_t kind) {
    return Put64(base).Put64(size).Put32(kind).Put32(0);
  }
};

Image StartInfo(std::uint32_t version, std::uint64_t map, std::uint32_t entries) {
  Image image;
  image.Put32(kPvhMagic).Put32(version).Put32(0).Put32(0);
  image.Put64(0).Put64(0x9000).Put64(0xf'5a20).Put64(map).Put32(entries).Put32(0);
  return image;
}

TEST(PvhStartInfo, TellsWhereTheMemoryMapIs) {
  const Image image = StartInfo(1, 0x5000, 6);
  ASSERT_EQ(image.bytes.size(), kPvhStartInfoSize);
  const auto info = ParsePvhStartInfo(image.bytes);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->memory_map.value, 0x5000U);
  EXPECT_EQ(info->memory_map_size, 6U * 24U);
  EXPECT_EQ(info->command_line.value, 0x9000U);
  EXPECT_EQ(info->acpi_root.value, 0xf'5a20U);
}

TEST(PvhStartInfo, ALargeCountDoesNotOverflow) {
  const auto info = ParsePvhStartInfo(StartInfo(1, 0x5000, 0xffff'ffff).bytes);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->memory_map_size, 0xffff'ffffULL * 24);
}

TEST(PvhStartInfo, VersionZeroAndAMissingMapAreUnsupported) {
  EXPECT_EQ(ParsePvhStartInfo(StartInfo(0, 0x5000, 6).bytes).error(), kernel::Error::kUnsupported);
  EXPECT_EQ(ParsePvhStartInfo(StartInfo(1, 0, 6).bytes).error(), kernel::Error::kUnsupported);
  EXPECT_EQ(ParsePvhStartInfo(StartInfo(1, 0x5000, 0).bytes).error(), kernel::Error::kUnsupported);
}

TEST(PvhStartInfo, AWrongMagicOrAShortStructureIsMalformed) {
  Image image = StartInfo(1, 0x5000, 6);
  for (std::size_t size = 0; size < image.bytes.size(); ++size) {
    EXPECT_EQ(ParsePvhStartInfo(Bytes(image.bytes).first(size)).error(), kernel::Error::kMalformed) << size;
  }
  image.bytes[0] ^= std::byte{1};
  EXPECT_EQ(ParsePvhStartInfo(image.bytes).error(), kernel::Error::kMalformed);
}

TEST(PvhMemoryMap, ReportsEveryLineByItsKind) {
  Image image;
  image.Line(0, 0x9fc00, 1).Line(0x9fc00, 0x400, 2).Line(0x100000, 0xff00000, 1).Line(0xfee0000, 0x1000, 3);
  Notes notes;
  ASSERT_TRUE(ReportPvhMemoryMap(image.bytes, kLimit, notes).has_value());
  EXPECT_EQ(notes.text, "usable 0+9fc00 reserved 9fc00+400 usable 100000+ff00000 reserved fee0000+1000 ");
}

TEST(PvhMemoryMap, CutsOffWhatLiesAboveTheLimitOrWrapsAround) {
  Image image;
  image.Line(kLimit, 0x1000, 1).Line(kLimit - 0x1000, 0x5000, 1).Line(0x1000, UINT64_MAX, 1).Line(0x2000, 0, 1);
  image.Line(UINT64_MAX, UINT64_MAX, 1);
  Notes notes;
  ASSERT_TRUE(ReportPvhMemoryMap(image.bytes, kLimit, notes).has_value());
  EXPECT_EQ(notes.text, "usable 7ffffff000+1000 usable 1000+7ffffff000 ");
}

TEST(PvhMemoryMap, APartialLineIsMalformedAndNothingIsReported) {
  Image image;
  image.Line(0x1000, 0x1000, 1).Put32(7);
  Notes notes;
  EXPECT_EQ(ReportPvhMemoryMap(image.bytes, kLimit, notes).error(), kernel::Error::kMalformed);
  EXPECT_EQ(notes.text, "");
}

// Information with a tag of an odd size before the memory map, as GRUB makes it.
Image Information(std::uint32_t line_size = 24) {
  Image image;
  image.Put32(0).Put32(0);
  image.Put32(1).Put32(8 + 3).Put<std::uint64_t>(0x00006261);  // command line "ab", padded to 16 bytes
  image.Put32(6).Put32(16 + 2 * line_size).Put32(line_size).Put32(0);
  for (std::uint64_t base : {0x100000, 0x200000}) {
    image.Line(base, 0x1000, base == 0x100000 ? 1 : 4);
    for (std::uint32_t i = 24; i < line_size; i += 8) image.Put64(0xdead);
  }
  image.Put32(0).Put32(8);
  const auto size = static_cast<std::uint32_t>(image.bytes.size());
  std::memcpy(image.bytes.data(), &size, sizeof(size));
  return image;
}

TEST(Multiboot2, TellsItsSize) {
  const Image image = Information();
  EXPECT_EQ(ParseMultiboot2Size(Bytes(image.bytes).first(8)).value(), image.bytes.size());
  EXPECT_FALSE(ParseMultiboot2Size(Bytes(image.bytes).first(7)).has_value());
  EXPECT_FALSE(ParseMultiboot2Size(Image().Put32(7).Put32(0).bytes).has_value());
}

TEST(Multiboot2, FindsTheMemoryMapBehindOtherTags) {
  for (std::uint32_t line_size : {24, 32}) {
    Notes notes;
    ASSERT_TRUE(ReportMultiboot2MemoryMap(Information(line_size).bytes, kLimit, notes).has_value());
    EXPECT_EQ(notes.text, "usable 100000+1000 reserved 200000+1000 ");
  }
}

TEST(Multiboot2, EveryTruncationIsMalformedAndNothingIsReported) {
  const Image image = Information();
  for (std::size_t size = 0; size + 8 < image.bytes.size(); ++size) {
    Notes notes;
    EXPECT_EQ(ReportMultiboot2MemoryMap(Bytes(image.bytes).first(size), kLimit, notes).error(),
              kernel::Error::kMalformed)
        << size;
    EXPECT_EQ(notes.text, "");
  }
}

TEST(Multiboot2, ATagWithoutLengthDoesNotLoopForEver) {
  Image image;
  image.Put32(32).Put32(0).Put32(1).Put32(0).Put64(0).Put64(0);
  Notes notes;
  EXPECT_EQ(ReportMultiboot2MemoryMap(image.bytes, kLimit, notes).error(), kernel::Error::kMalformed);
}

TEST(Multiboot2, InformationWithoutAMemoryMapIsNotFound) {
  Image image;
  image.Put32(16).Put32(0).Put32(0).Put32(8);
  Notes notes;
  EXPECT_EQ(ReportMultiboot2MemoryMap(image.bytes, kLimit, notes).error(), kernel::Error::kNotFound);
}

TEST(Multiboot2, LinesOfAWrongSizeAreMalformed) {
  for (std::uint32_t line_size : {0, 8, 23, 25, 48 + 8}) {
    Image image = Information();
    std::memcpy(image.bytes.data() + 8 + 16 + 8, &line_size, sizeof(line_size));
    Notes notes;
    EXPECT_EQ(ReportMultiboot2MemoryMap(image.bytes, kLimit, notes).error(), kernel::Error::kMalformed) << line_size;
    EXPECT_EQ(notes.text, "");
  }
}

TEST(Multiboot2, FindsTheCommandLine) {
  const Image image = Information();
  const auto found = FindMultiboot2CommandLine(image.bytes);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->size(), 3u);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(found->data())), "ab");
  for (std::size_t size = 0; size < 16 + 3; ++size) {
    EXPECT_FALSE(FindMultiboot2CommandLine(Bytes(image.bytes).first(size)).has_value()) << size;
  }
}

}  // namespace
}  // namespace board
