#include "boards/pc/multiboot2.h"

#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"

namespace board {
namespace {

constexpr std::size_t kTagHeaderSize = 8;  // bytes: type, size
constexpr std::size_t kTagAlignment = 8;

constexpr std::uint32_t kEndTag = 0;
constexpr std::uint32_t kCommandLineTag = 1;
constexpr std::uint32_t kMemoryMapTag = 6;

// Offsets in the memory map tag and in a line of it.
constexpr std::size_t kLineSize = 8;
constexpr std::size_t kLines = 16;
constexpr std::size_t kLineBase = 0;
constexpr std::size_t kLineLength = 8;
constexpr std::size_t kLineKind = 16;
constexpr std::size_t kSmallestLine = 24;  // bytes; a later version may append

// The first tag of `type`, header included.
kernel::Result<Bytes> FindTag(Bytes information, std::uint32_t type) {
  std::size_t offset = kMultiboot2HeaderSize;
  while (offset <= information.size() && information.size() - offset >= kTagHeaderSize) {
    const Bytes rest = information.subspan(offset);
    const auto found = Load<std::uint32_t>(rest, 0);
    const auto size = Load<std::uint32_t>(rest, 4);
    if (size < kTagHeaderSize || size > rest.size()) return kernel::Fail(kernel::Error::kMalformed);
    if (found == type) return rest.first(size);
    if (found == kEndTag) return kernel::Fail(kernel::Error::kNotFound);
    offset += kernel::RoundUp(size, kTagAlignment);
  }
  return kernel::Fail(kernel::Error::kMalformed);
}

}  // namespace

kernel::Result<std::uint32_t> ParseMultiboot2Size(Bytes bytes) {
  if (bytes.size() < kMultiboot2HeaderSize) return kernel::Fail(kernel::Error::kMalformed);
  const auto size = Load<std::uint32_t>(bytes, 0);
  if (size < kMultiboot2HeaderSize) return kernel::Fail(kernel::Error::kMalformed);
  return size;
}

kernel::Result<void> ReportMultiboot2MemoryMap(Bytes information, std::uint64_t limit, MemoryMapSink& sink) {
  const kernel::Result<Bytes> tag = FindTag(information, kMemoryMapTag);
  if (!tag) return kernel::Fail(tag.error());
  if (tag->size() < kLines) return kernel::Fail(kernel::Error::kMalformed);
  const auto line_size = Load<std::uint32_t>(*tag, kLineSize);
  Bytes lines = tag->subspan(kLines);
  if (line_size < kSmallestLine || lines.size() % line_size != 0) return kernel::Fail(kernel::Error::kMalformed);
  for (; !lines.empty(); lines = lines.subspan(line_size)) {
    ReportRegion(Load<std::uint64_t>(lines, kLineBase), Load<std::uint64_t>(lines, kLineLength),
                 Load<std::uint32_t>(lines, kLineKind), limit, sink);
  }
  return {};
}

kernel::Result<Bytes> FindMultiboot2CommandLine(Bytes information) {
  const kernel::Result<Bytes> tag = FindTag(information, kCommandLineTag);
  if (!tag) return tag;
  return tag->subspan(kTagHeaderSize);
}

}  // namespace board
