// Ethernet frames, with or without one 802.1Q tag. [IEEE802.3] 3, [IEEE802.1Q] 9
#ifndef ENKEL_NET_WIRE_ETHERNET_H_
#define ENKEL_NET_WIRE_ETHERNET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net::wire {

enum class EtherType : std::uint16_t {
  kIpv4 = 0x0800,
  kArp = 0x0806,
  kVlan = 0x8100,
  kIpv6 = 0x86dd,
};

inline constexpr std::size_t kEthernetSize = 14;        // bytes of a header
inline constexpr std::size_t kTaggedEthernetSize = 18;  // with a tag
inline constexpr std::uint16_t kMostVlanId = 4094;      // 4095 is reserved, 0 is a priority without a VLAN

struct Ethernet {
  MacAddress destination;
  MacAddress source;
  EtherType type;                          // any value from 0x0600 on
  std::optional<std::uint16_t> vlan = {};  // 0 to kMostVlanId
  std::uint8_t priority = 0;               // 0 to 7, where there is a tag

  std::size_t size() const { return vlan ? kTaggedEthernetSize : kEthernetSize; }  // bytes

  // `bytes` begins with a frame; more than kTaggedEthernetSize are not looked at.
  // Errors: kMalformed (too short; VLAN 4095; a source that is a group), kUnsupported (a length instead of a type:
  // 802.2).
  static kernel::Result<Ethernet> Parse(std::span<const std::byte> bytes);

  // `bytes` has size() of them.
  void Write(std::span<std::byte> bytes) const;

  // What nearly all headers are: right, and without a tag. `header` has kEthernetSize bytes. Such a one has a source, a
  // destination and a type, in these places, and nothing else.
  static bool IsUsual(const std::byte* header);
  static MacAddress DestinationOf(const std::byte* header) { return LoadMac(header); }
  static MacAddress SourceOf(const std::byte* header) { return LoadMac(header + sizeof(MacAddress)); }
  static EtherType TypeOf(const std::byte* header) {
    return static_cast<EtherType>(LoadBig<std::uint16_t>(header + 2 * sizeof(MacAddress)));
  }

 private:
  static MacAddress LoadMac(const std::byte* from) {
    MacAddress mac;
    __builtin_memcpy(mac.bytes.data(), from, sizeof(mac));
    return mac;
  }
};

inline bool Ethernet::IsUsual(const std::byte* header) {
  constexpr std::uint16_t kLeastType = 0x0600;  // below: the length of an 802.2 frame
  const EtherType type = TypeOf(header);
  return type != EtherType::kVlan && static_cast<std::uint16_t>(type) >= kLeastType && !SourceOf(header).IsGroup();
}

inline void Ethernet::Write(std::span<std::byte> bytes) const {
  std::byte* const to = bytes.first(size()).data();
  __builtin_memcpy(to, destination.bytes.data(), sizeof(destination));
  __builtin_memcpy(to + sizeof(destination), source.bytes.data(), sizeof(source));
  constexpr std::size_t kType = 12;  // or the tag before it
  constexpr int kPriorityShift = 13;
  if (!vlan) {
    StoreBig(to + kType, static_cast<std::uint16_t>(type));
    return;
  }
  StoreBig(to + kType, static_cast<std::uint16_t>(EtherType::kVlan));
  StoreBig(to + kType + 2, static_cast<std::uint16_t>(priority << kPriorityShift | *vlan));
  StoreBig(to + kType + 4, static_cast<std::uint16_t>(type));
}

}  // namespace net::wire

#endif  // ENKEL_NET_WIRE_ETHERNET_H_
