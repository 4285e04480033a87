#include "testing/sim/offload.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/check.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ethernet.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"
#include "net/wire/tcp.h"

namespace sim {
namespace {

using net::PacketInfo;
using net::wire::Checksum;
using net::wire::EtherType;
using net::wire::IpProtocol;
using net::wire::LoadBig;
using net::wire::StoreBig;

// Where things are in a frame with an IP packet that is no fragment and has no extension headers.
struct Layout {
  std::size_t ip;         // bytes from the frame's start
  std::size_t transport;  // likewise
  std::size_t end;        // likewise, of the packet: padding follows
  bool is_ipv4;
  IpProtocol protocol;
  Checksum pseudo_header;  // of the whole packet
};

std::optional<Layout> LayoutOf(std::span<const std::byte> frame) {
  const auto ethernet = net::wire::Ethernet::Parse(frame);
  if (!ethernet) return std::nullopt;
  const std::size_t ip = ethernet->size();
  const auto packet = frame.subspan(ip);
  if (ethernet->type == EtherType::kIpv4) {
    const auto header = net::wire::Ipv4::Parse(packet, packet.size());
    if (!header || header->IsFragment()) return std::nullopt;
    return Layout{.ip = ip,
                  .transport = ip + header->header_size,
                  .end = ip + header->total_size,
                  .is_ipv4 = true,
                  .protocol = header->protocol,
                  .pseudo_header = net::wire::PseudoHeader(header->source, header->destination, header->protocol,
                                                           header->payload_size())};
  }
  if (ethernet->type != EtherType::kIpv6) return std::nullopt;
  const auto header = net::wire::Ipv6::Parse(packet, packet.size());
  if (!header) return std::nullopt;
  return Layout{.ip = ip,
                .transport = ip + net::wire::kIpv6Size,
                .end = ip + net::wire::kIpv6Size + header->payload_size,
                .is_ipv4 = false,
                .protocol = header->next_header,
                .pseudo_header = net::wire::PseudoHeader(header->source, header->destination, header->next_header,
                                                         header->payload_size)};
}

void FinishChecksum(Frame& frame) {
  const std::size_t field = std::size_t{frame.info.checksum_start} + frame.info.checksum_field;
  CHECK(field + 2 <= frame.bytes.size());
  Checksum sum;
  sum.Add(std::span(frame.bytes).subspan(frame.info.checksum_start));
  const std::uint16_t checksum = sum.Finish();
  StoreBig(&frame.bytes[field], checksum == 0 ? std::uint16_t{0xffff} : checksum);
  frame.info = {};
}

// The headers of one segment whose payload follows them already.
void FixHeaders(Frame& segment, const Layout& layout, std::uint16_t number, std::size_t payload_offset, bool is_last) {
  std::byte* const ip = &segment.bytes[layout.ip];
  const std::size_t size = segment.bytes.size();
  if (layout.is_ipv4) {
    StoreBig(ip + 2, static_cast<std::uint16_t>(size - layout.ip));
    StoreBig(ip + 4, static_cast<std::uint16_t>(LoadBig<std::uint16_t>(ip + 4) + number));
    StoreBig(ip + 10, std::uint16_t{0});
    Checksum sum;
    sum.Add({ip, layout.transport - layout.ip});
    StoreBig(ip + 10, sum.Finish());
  } else {
    StoreBig(ip + 4, static_cast<std::uint16_t>(size - layout.transport));
  }
  std::byte* const tcp = &segment.bytes[layout.transport];
  StoreBig(tcp + 4, static_cast<std::uint32_t>(LoadBig<std::uint32_t>(tcp + 4) + payload_offset));
  auto flags = std::to_integer<std::uint8_t>(tcp[13]);
  if (!is_last) flags &= static_cast<std::uint8_t>(~(net::wire::kFin | net::wire::kPsh).bits);
  if (number > 0) flags &= static_cast<std::uint8_t>(~net::wire::kCwr.bits);
  tcp[13] = std::byte{flags};
  StoreBig(tcp + net::wire::kTcpChecksumPlace, std::uint16_t{0});
  Checksum sum = LayoutOf(segment.bytes)->pseudo_header;
  sum.Add(std::span(segment.bytes).subspan(layout.transport));
  StoreBig(tcp + net::wire::kTcpChecksumPlace, sum.Finish());
}

std::vector<Frame> CutSegments(const Frame& frame) {
  const std::optional<Layout> layout = LayoutOf(frame.bytes);
  CHECK(layout && layout->protocol == IpProtocol::kTcp && layout->end == frame.bytes.size());
  CHECK(layout->is_ipv4 == (frame.info.segmentation == PacketInfo::Segmentation::kTcpIpv4));
  CHECK(frame.info.checksum == PacketInfo::Checksum::kPartial && frame.info.checksum_start == layout->transport &&
        frame.info.checksum_field == net::wire::kTcpChecksumPlace && frame.info.segment_size > 0);
  CHECK(layout->transport + net::wire::kTcpSize <= frame.bytes.size());
  const std::size_t payload =
      layout->transport + (std::to_integer<std::size_t>(frame.bytes[layout->transport + 12]) >> 4) * 4;
  CHECK(payload <= frame.bytes.size());
  std::vector<Frame> segments;
  const auto headers = std::span(frame.bytes).first(payload);
  for (std::size_t at = payload; at < frame.bytes.size(); at += frame.info.segment_size) {
    const std::size_t size = std::min<std::size_t>(frame.info.segment_size, frame.bytes.size() - at);
    const auto part = std::span(frame.bytes).subspan(at, size);
    Frame& segment = segments.emplace_back();
    segment.bytes.reserve(payload + size);
    segment.bytes.assign(headers.begin(), headers.end());
    segment.bytes.insert(segment.bytes.end(), part.begin(), part.end());
    FixHeaders(segment, *layout, static_cast<std::uint16_t>(segments.size() - 1), at - payload,
               at + size == frame.bytes.size());
  }
  return segments;
}

}  // namespace

std::vector<Frame> PutOnWire(Frame frame) {
  if (frame.info.segmentation != PacketInfo::Segmentation::kNone) return CutSegments(frame);
  if (frame.info.checksum == PacketInfo::Checksum::kPartial) FinishChecksum(frame);
  std::vector<Frame> frames;
  frames.push_back(std::move(frame));
  return frames;
}

bool HasRightChecksum(std::span<const std::byte> frame) {
  const std::optional<Layout> layout = LayoutOf(frame);
  if (!layout) return false;
  const auto bytes = frame.first(layout->end).subspan(layout->transport);
  if (layout->protocol == IpProtocol::kUdp && bytes.size() >= 8 && LoadBig<std::uint16_t>(&bytes[6]) == 0) return false;
  if (layout->protocol != IpProtocol::kTcp && layout->protocol != IpProtocol::kUdp &&
      layout->protocol != IpProtocol::kIcmpv6) {
    return false;
  }
  Checksum sum = layout->pseudo_header;
  sum.Add(bytes);
  return sum.Sum() == 0xffff;
}

}  // namespace sim
