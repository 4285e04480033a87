// Any header before any frame: what is promised about the frame lies within it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "drivers/bus/virtio/net_header.h"
#include "net/packet/packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::PacketInfo;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  if (size < drivers::virtio::kNetHeaderSize) return 0;
  const auto header = bytes.first<drivers::virtio::kNetHeaderSize>();
  const auto frame = bytes.subspan(drivers::virtio::kNetHeaderSize);
  const auto front = frame.first(std::min<std::size_t>(frame.size(), 64));
  const PacketInfo info = drivers::virtio::ParseNetHeader(header, front, frame.size());
  if (info.checksum == PacketInfo::Checksum::kPartial &&
      std::size_t{info.checksum_start} + info.checksum_field + 2 > frame.size()) {
    std::abort();
  }
  const bool is_cut = info.segmentation != PacketInfo::Segmentation::kNone;
  if (is_cut && (info.checksum != PacketInfo::Checksum::kPartial || info.segment_size == 0)) std::abort();
  if (is_cut != (info.segment_count > 0) || std::size_t{info.segment_count} > std::max<std::size_t>(frame.size(), 1)) {
    std::abort();
  }
  return 0;
}
