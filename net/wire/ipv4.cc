#include "net/wire/ipv4.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;

// Places, bytes from the start.
constexpr std::size_t kVersionAndSize = 0;
constexpr std::size_t kTrafficClass = 1;
constexpr std::size_t kTotalSize = 2;
constexpr std::size_t kIdentification = 4;
constexpr std::size_t kFragment = 6;
constexpr std::size_t kTimeToLive = 8;
constexpr std::size_t kProtocol = 9;
constexpr std::size_t kSource = 12;
constexpr std::size_t kDestination = 16;

constexpr std::uint8_t kVersion = 4;
constexpr std::uint16_t kMustNotFragment = 0x4000;
constexpr std::uint16_t kMoreFragments = 0x2000;
constexpr std::uint16_t kOffsetMask = 0x1fff;  // in units of 8 bytes
constexpr std::size_t kMostTotalSize = 65535;

// The fields as they stand. Errors: kMalformed (another version, or sizes that contradict each other or bytes.size()).
kernel::Result<Ipv4> Load(std::span<const std::byte> bytes) {
  if (bytes.size() < kIpv4Size) return Fail(Error::kMalformed);
  const auto first = static_cast<std::uint8_t>(bytes[kVersionAndSize]);
  const auto fragment = LoadBig<std::uint16_t>(&bytes[kFragment]);
  const Ipv4 header = {
      .header_size = static_cast<std::uint8_t>((first & 0xf) * 4),
      .traffic_class = static_cast<std::uint8_t>(bytes[kTrafficClass]),
      .total_size = LoadBig<std::uint16_t>(&bytes[kTotalSize]),
      .identification = LoadBig<std::uint16_t>(&bytes[kIdentification]),
      .must_not_fragment = (fragment & kMustNotFragment) != 0,
      .has_more_fragments = (fragment & kMoreFragments) != 0,
      .fragment_offset = static_cast<std::uint16_t>((fragment & kOffsetMask) * 8),
      .time_to_live = static_cast<std::uint8_t>(bytes[kTimeToLive]),
      .protocol = static_cast<IpProtocol>(bytes[kProtocol]),
      .source = Ipv4Address::Load(&bytes[kSource]),
      .destination = Ipv4Address::Load(&bytes[kDestination]),
  };
  if (first >> 4 != kVersion || header.header_size < kIpv4Size) return Fail(Error::kMalformed);
  if (bytes.size() < header.header_size || header.total_size < header.header_size) return Fail(Error::kMalformed);
  return header;
}

}  // namespace

kernel::Result<Ipv4> Ipv4::Parse(std::span<const std::byte> bytes, std::size_t packet_size) {
  const kernel::Result<Ipv4> header = Load(bytes);
  if (!header) return header;
  if (header->total_size > packet_size) return Fail(Error::kMalformed);
  Checksum sum;
  sum.Add(bytes.first(header->header_size));
  if (sum.Sum() != 0xffff) return Fail(Error::kMalformed);
  if (header->IsFragment()) {
    if (header->has_more_fragments && header->payload_size() % 8 != 0) return Fail(Error::kMalformed);
    if (std::size_t{header->fragment_offset} + header->total_size > kMostTotalSize) return Fail(Error::kMalformed);
  }
  return header;
}

kernel::Result<Ipv4> Ipv4::ParseQuoted(std::span<const std::byte> bytes) { return Load(bytes); }

}  // namespace net::wire
