#include "drivers/bus/virtio/mmio_words.h"

#include <optional>
#include <string_view>

#include <gtest/gtest.h>

namespace drivers::virtio {
namespace {

TEST(MmioWords, AWordNamesSizeAddressAndLine) {
  const std::optional<MmioPlace> place = ParseMmioWord("virtio_mmio.device=512@0xfeb00e00:12");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->address.value, 0xfeb0'0e00u);
  EXPECT_EQ(place->size, 512u);
  EXPECT_EQ(place->line, 12u);
  const std::optional<MmioPlace> with_unit = ParseMmioWord("virtio_mmio.device=4K@0xd0000000:5:0");
  ASSERT_TRUE(with_unit);
  EXPECT_EQ(with_unit->size, 4096u);
}

TEST(MmioWords, OtherWordsAndNonsenseNameNothing) {
  for (const std::string_view word :
       {"", "virtio_mmio.device", "virtio_mmio.device=", "virtio_mmio.device=512", "virtio_mmio.device=512@",
        "virtio_mmio.device=512@0x:1", "virtio_mmio.device=512@0x1000", "virtio_mmio.device=512@0x1000:",
        "virtio_mmio.device=512@0x1000:5x", "virtio_mmio.device=512@0x1000:5:", "virtio_mmio.device=512@0x1000:-1",
        "virtio_mmio.device=512@0x1000:99999999999", "virtio_mmio.device=99999999999999999999@0x1000:5",
        "virtio_mmio.device=512@0xfffffffffffff:5", "virtio_mmio.device=999999999999999M@0x1000:5",
        "xvirtio_mmio.device=512@0x1000:5"}) {
    EXPECT_FALSE(ParseMmioWord(word)) << word;
  }
}

TEST(MmioWords, ALineHasAsManyAsItHas) {
  std::string_view line =
      "quiet virtio_mmio.device=512@0x1000:5  virtio_mmio.device=bad a=b virtio_mmio.device=1K@0x2000:6";
  EXPECT_EQ(NextMmioPlace(line)->line, 5u);
  EXPECT_EQ(NextMmioPlace(line)->line, 6u);
  EXPECT_FALSE(NextMmioPlace(line));
  EXPECT_FALSE(NextMmioPlace(line));
}

}  // namespace
}  // namespace drivers::virtio
