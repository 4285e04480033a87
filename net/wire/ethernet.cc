#include "net/wire/ethernet.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;

// Places in a header, bytes from its start. Without a tag the type stands where a tag begins.
constexpr std::size_t kDestination = 0;
constexpr std::size_t kSource = 6;
constexpr std::size_t kType = 12;
constexpr std::size_t kTagControl = 14;
constexpr std::size_t kTaggedType = 16;

constexpr std::uint16_t kLeastType = 0x0600;  // below: the length of an 802.2 frame
constexpr std::uint16_t kVlanMask = 0x0fff;
constexpr int kPriorityShift = 13;

}  // namespace

kernel::Result<Ethernet> Ethernet::Parse(std::span<const std::byte> bytes) {
  if (bytes.size() < kEthernetSize) return Fail(Error::kMalformed);
  Ethernet header = {.destination = LoadMac(&bytes[kDestination]),
                     .source = LoadMac(&bytes[kSource]),
                     .type = static_cast<EtherType>(LoadBig<std::uint16_t>(&bytes[kType]))};
  if (header.source.IsGroup()) return Fail(Error::kMalformed);
  if (header.type == EtherType::kVlan) {
    if (bytes.size() < kTaggedEthernetSize) return Fail(Error::kMalformed);
    const auto control = LoadBig<std::uint16_t>(&bytes[kTagControl]);
    header.vlan = control & kVlanMask;
    header.priority = static_cast<std::uint8_t>(control >> kPriorityShift);
    header.type = static_cast<EtherType>(LoadBig<std::uint16_t>(&bytes[kTaggedType]));
    if (*header.vlan > kMostVlanId) return Fail(Error::kMalformed);
  }
  if (static_cast<std::uint16_t>(header.type) < kLeastType) return Fail(Error::kUnsupported);
  return header;
}

}  // namespace net::wire
