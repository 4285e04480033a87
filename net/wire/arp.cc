#include "net/wire/arp.h"

#include <algorithm>
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
constexpr std::size_t kHardware = 0;
constexpr std::size_t kOperation = 6;
constexpr std::size_t kSenderMac = 8;
constexpr std::size_t kSender = 14;
constexpr std::size_t kTargetMac = 18;
constexpr std::size_t kTarget = 24;

// Hardware type Ethernet, protocol IPv4, address lengths 6 and 4.
constexpr std::uint64_t kEthernetAndIpv4 = 0x0001'0800'0604;

MacAddress LoadMac(const std::byte* from) {
  MacAddress mac;
  std::copy_n(from, mac.bytes.size(), mac.bytes.begin());
  return mac;
}

}  // namespace

kernel::Result<Arp> Arp::Parse(std::span<const std::byte> bytes) {
  if (bytes.size() < kArpSize) return Fail(Error::kMalformed);
  const auto first = LoadBig<std::uint64_t>(&bytes[kHardware]);
  if (first >> 16 != kEthernetAndIpv4) return Fail(Error::kUnsupported);
  const auto operation = static_cast<Operation>(LoadBig<std::uint16_t>(&bytes[kOperation]));
  if (operation != Operation::kRequest && operation != Operation::kReply) return Fail(Error::kUnsupported);
  const Arp arp = {.operation = operation,
                   .sender_mac = LoadMac(&bytes[kSenderMac]),
                   .sender = Ipv4Address::Load(&bytes[kSender]),
                   .target_mac = LoadMac(&bytes[kTargetMac]),
                   .target = Ipv4Address::Load(&bytes[kTarget])};
  // A sender 0.0.0.0 is a probe [RFC5227] 1.1; a group never sends.
  if (arp.sender_mac.IsGroup() || arp.sender.IsMulticast() || arp.sender.IsBroadcast()) return Fail(Error::kMalformed);
  return arp;
}

void Arp::Write(std::span<std::byte> bytes) const {
  StoreBig(&bytes[kHardware], kEthernetAndIpv4 << 16 | static_cast<std::uint16_t>(operation));
  std::ranges::copy(sender_mac.bytes, &bytes[kSenderMac]);
  sender.Store(&bytes[kSender]);
  std::ranges::copy(target_mac.bytes, &bytes[kTargetMac]);
  target.Store(&bytes[kTarget]);
}

}  // namespace net::wire
