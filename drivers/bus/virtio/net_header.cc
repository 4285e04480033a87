#include "drivers/bus/virtio/net_header.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "net/packet/packet.h"

namespace drivers::virtio {
namespace {

using net::PacketInfo;

// struct virtio_net_hdr, numbers in the CPU's order. [VIRTIO] 5.1.6, Linux uapi linux/virtio_net.h
struct NetHeader {
  std::uint8_t flags;
  std::uint8_t gso_type;
  std::uint16_t hdr_len;
  std::uint16_t gso_size;
  std::uint16_t csum_start;
  std::uint16_t csum_offset;
};
static_assert(sizeof(NetHeader) == kNetHeaderSize);

constexpr std::uint8_t VIRTIO_NET_HDR_F_NEEDS_CSUM = 1;
constexpr std::uint8_t VIRTIO_NET_HDR_F_DATA_VALID = 2;
constexpr std::uint8_t VIRTIO_NET_HDR_GSO_NONE = 0;
constexpr std::uint8_t VIRTIO_NET_HDR_GSO_TCPV4 = 1;
constexpr std::uint8_t VIRTIO_NET_HDR_GSO_TCPV6 = 4;
constexpr std::uint8_t VIRTIO_NET_HDR_GSO_ECN = 0x80;

// Bytes after the TCP header at `place`. [RFC9293] 3.1
std::optional<std::size_t> TcpPayload(std::size_t place, std::span<const std::byte> front, std::size_t frame_size) {
  constexpr std::size_t kDataOffset = 12;
  constexpr std::size_t kSmallestTcpHeader = 20;
  if (place + kDataOffset >= front.size()) return std::nullopt;
  const std::size_t end = place + (std::to_integer<std::size_t>(front[place + kDataOffset]) >> 4) * 4;
  if (end < place + kSmallestTcpHeader || end > frame_size) return std::nullopt;
  return frame_size - end;
}

}  // namespace

PacketInfo ParseNetHeader(std::span<const std::byte, kNetHeaderSize> header, std::span<const std::byte> front,
                          std::size_t frame_size) {
  NetHeader fields;
  std::memcpy(&fields, header.data(), sizeof(fields));
  PacketInfo info;
  if ((fields.flags & VIRTIO_NET_HDR_F_DATA_VALID) != 0) info.checksum = PacketInfo::Checksum::kVerified;
  if ((fields.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) == 0) return info;
  if (std::size_t{fields.csum_start} + fields.csum_offset + 2 > frame_size) return {};
  info.checksum = PacketInfo::Checksum::kPartial;
  info.checksum_start = fields.csum_start;
  info.checksum_field = fields.csum_offset;
  const auto type = static_cast<std::uint8_t>(fields.gso_type & ~VIRTIO_NET_HDR_GSO_ECN);
  if (type != VIRTIO_NET_HDR_GSO_TCPV4 && type != VIRTIO_NET_HDR_GSO_TCPV6) return info;
  const std::optional<std::size_t> payload = TcpPayload(fields.csum_start, front, frame_size);
  if (!payload || fields.gso_size == 0) return {};
  info.segmentation =
      type == VIRTIO_NET_HDR_GSO_TCPV4 ? PacketInfo::Segmentation::kTcpIpv4 : PacketInfo::Segmentation::kTcpIpv6;
  info.segment_size = fields.gso_size;
  info.segment_count =
      static_cast<std::uint16_t>(std::clamp<std::size_t>((*payload + fields.gso_size - 1) / fields.gso_size, 1, 65535));
  return info;
}

void WriteNetHeader(const PacketInfo& info, std::size_t headers_size, std::span<std::byte, kNetHeaderSize> header) {
  NetHeader fields = {};
  if (info.checksum == PacketInfo::Checksum::kPartial) {
    fields.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
    fields.csum_start = info.checksum_start;
    fields.csum_offset = info.checksum_field;
  }
  fields.gso_type = VIRTIO_NET_HDR_GSO_NONE;
  if (info.segmentation != PacketInfo::Segmentation::kNone) {
    fields.gso_type =
        info.segmentation == PacketInfo::Segmentation::kTcpIpv4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
    fields.hdr_len = static_cast<std::uint16_t>(headers_size);
    fields.gso_size = info.segment_size;
  }
  std::memcpy(header.data(), &fields, sizeof(fields));
}

}  // namespace drivers::virtio
