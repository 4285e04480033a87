#include "net/wire/ipv6.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;

// Places, bytes from the start.
constexpr std::size_t kFirstWord = 0;  // version, traffic class, flow label
constexpr std::size_t kPayloadSize = 4;
constexpr std::size_t kNextHeader = 6;
constexpr std::size_t kHopLimit = 7;
constexpr std::size_t kSource = 8;
constexpr std::size_t kDestination = 24;

constexpr std::uint32_t kVersion = 6;
constexpr int kVersionShift = 28;
constexpr int kTrafficClassShift = 20;
constexpr std::uint32_t kFlowLabelMask = 0x000f'ffff;

// Places in a fragment header.
constexpr std::size_t kOffset = 2;
constexpr std::size_t kIdentification = 4;
constexpr std::uint16_t kOffsetMask = 0xfff8;  // its unit of 8 bytes makes it a number of bytes as it stands
constexpr std::uint16_t kMoreFragments = 1;

}  // namespace

kernel::Result<Ipv6> Ipv6::Parse(std::span<const std::byte> bytes, std::size_t packet_size) {
  if (bytes.size() < kIpv6Size || packet_size < kIpv6Size) return Fail(Error::kMalformed);
  const auto first = LoadBig<std::uint32_t>(&bytes[kFirstWord]);
  const Ipv6 header = {
      .traffic_class = static_cast<std::uint8_t>(first >> kTrafficClassShift),
      .flow_label = first & kFlowLabelMask,
      .payload_size = LoadBig<std::uint16_t>(&bytes[kPayloadSize]),
      .next_header = static_cast<IpProtocol>(bytes[kNextHeader]),
      .hop_limit = static_cast<std::uint8_t>(bytes[kHopLimit]),
      .source = Ipv6Address::Load(&bytes[kSource]),
      .destination = Ipv6Address::Load(&bytes[kDestination]),
  };
  if (first >> kVersionShift != kVersion || header.source.IsMulticast()) return Fail(Error::kMalformed);
  if (header.payload_size > packet_size - kIpv6Size) return Fail(Error::kMalformed);
  return header;
}

void Ipv6::Write(std::span<std::byte> bytes) const {
  StoreBig(&bytes[kFirstWord], kVersion << kVersionShift | std::uint32_t{traffic_class} << kTrafficClassShift |
                                   (flow_label & kFlowLabelMask));
  StoreBig(&bytes[kPayloadSize], payload_size);
  bytes[kNextHeader] = static_cast<std::byte>(next_header);
  bytes[kHopLimit] = static_cast<std::byte>(hop_limit);
  source.Store(&bytes[kSource]);
  destination.Store(&bytes[kDestination]);
}

kernel::Result<Ipv6Fragment> Ipv6Fragment::Parse(std::span<const std::byte> bytes) {
  if (bytes.size() < kIpv6FragmentSize) return Fail(Error::kMalformed);
  const auto offset = LoadBig<std::uint16_t>(&bytes[kOffset]);
  return Ipv6Fragment{.next_header = static_cast<IpProtocol>(bytes[0]),
                      .offset = static_cast<std::uint16_t>(offset & kOffsetMask),
                      .has_more = (offset & kMoreFragments) != 0,
                      .identification = LoadBig<std::uint32_t>(&bytes[kIdentification])};
}

void Ipv6Fragment::Write(std::span<std::byte> bytes) const {
  bytes[0] = static_cast<std::byte>(next_header);
  bytes[1] = std::byte{0};
  StoreBig(&bytes[kOffset], static_cast<std::uint16_t>(offset | (has_more ? kMoreFragments : 0)));
  StoreBig(&bytes[kIdentification], identification);
}

}  // namespace net::wire
