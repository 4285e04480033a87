#include "net/wire/ndp.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;

// Places, bytes from the ICMPv6 header's start.
constexpr std::size_t kBody = 4;
constexpr std::size_t kTarget = 8;
constexpr std::size_t kDestination = 24;  // of a redirect

// Places in a router advertisement.
constexpr std::size_t kHopLimit = 4;
constexpr std::size_t kFlags = 5;
constexpr std::size_t kLifetime = 6;
constexpr std::size_t kReachable = 8;
constexpr std::size_t kRetransmit = 12;
constexpr unsigned kManaged = 0x80;
constexpr unsigned kOther = 0x40;
constexpr int kPreferenceShift = 3;
constexpr unsigned kPreferenceMask = 3;

// Flags of a neighbour advertisement.
constexpr std::uint32_t kRouter = 0x8000'0000;
constexpr std::uint32_t kSolicited = 0x4000'0000;
constexpr std::uint32_t kOverride = 0x2000'0000;

// The options behind the first `size` bytes.
kernel::Result<NdpOptions> OptionsOf(std::span<const std::byte> message, std::size_t size) {
  if (message.size() < size) return Fail(Error::kMalformed);
  return NdpOptions::Parse(message.subspan(size));
}

// Two bits; the reserved value counts as medium. [RFC4191] 2.2
RouterAdvertisement::Preference PreferenceOf(unsigned flags) {
  switch (flags >> kPreferenceShift & kPreferenceMask) {
    case 1:
      return RouterAdvertisement::Preference::kHigh;
    case 3:
      return RouterAdvertisement::Preference::kLow;
    default:
      return RouterAdvertisement::Preference::kMedium;
  }
}

unsigned BitsOf(RouterAdvertisement::Preference preference) {
  switch (preference) {
    case RouterAdvertisement::Preference::kHigh:
      return 1;
    case RouterAdvertisement::Preference::kLow:
      return 3;
    case RouterAdvertisement::Preference::kMedium:
      break;
  }
  return 0;
}

}  // namespace

kernel::Result<RouterSolicitation> RouterSolicitation::Parse(std::span<const std::byte> message) {
  const kernel::Result<NdpOptions> options = OptionsOf(message, kSize);
  if (!options) return Fail(options.error());
  return RouterSolicitation{.options = *options};
}

void RouterSolicitation::Write(std::span<std::byte> message) const {
  StoreBig(&message[kBody], std::uint32_t{0});
  options.Write(message.subspan(kSize));
}

kernel::Result<RouterAdvertisement> RouterAdvertisement::Parse(std::span<const std::byte> message) {
  const kernel::Result<NdpOptions> options = OptionsOf(message, kSize);
  if (!options) return Fail(options.error());
  const auto flags = static_cast<unsigned>(message[kFlags]);
  return RouterAdvertisement{.hop_limit = static_cast<std::uint8_t>(message[kHopLimit]),
                             .has_managed = (flags & kManaged) != 0,
                             .has_other = (flags & kOther) != 0,
                             .lifetime = LoadBig<std::uint16_t>(&message[kLifetime]),
                             .reachable = LoadBig<std::uint32_t>(&message[kReachable]),
                             .retransmit = LoadBig<std::uint32_t>(&message[kRetransmit]),
                             .preference = PreferenceOf(flags),
                             .options = *options};
}

void RouterAdvertisement::Write(std::span<std::byte> message) const {
  message[kHopLimit] = static_cast<std::byte>(hop_limit);
  message[kFlags] = static_cast<std::byte>((has_managed ? kManaged : 0) | (has_other ? kOther : 0) |
                                           BitsOf(preference) << kPreferenceShift);
  StoreBig(&message[kLifetime], lifetime);
  StoreBig(&message[kReachable], reachable);
  StoreBig(&message[kRetransmit], retransmit);
  options.Write(message.subspan(kSize));
}

kernel::Result<NeighborSolicitation> NeighborSolicitation::Parse(std::span<const std::byte> message) {
  const kernel::Result<NdpOptions> options = OptionsOf(message, kSize);
  if (!options) return Fail(options.error());
  const Ipv6Address target = Ipv6Address::Load(&message[kTarget]);
  if (target.IsMulticast()) return Fail(Error::kMalformed);
  return NeighborSolicitation{.target = target, .options = *options};
}

void NeighborSolicitation::Write(std::span<std::byte> message) const {
  StoreBig(&message[kBody], std::uint32_t{0});
  target.Store(&message[kTarget]);
  options.Write(message.subspan(kSize));
}

kernel::Result<NeighborAdvertisement> NeighborAdvertisement::Parse(std::span<const std::byte> message) {
  const kernel::Result<NdpOptions> options = OptionsOf(message, kSize);
  if (!options) return Fail(options.error());
  const auto flags = LoadBig<std::uint32_t>(&message[kBody]);
  const Ipv6Address target = Ipv6Address::Load(&message[kTarget]);
  if (target.IsMulticast()) return Fail(Error::kMalformed);
  return NeighborAdvertisement{.is_router = (flags & kRouter) != 0,
                               .is_solicited = (flags & kSolicited) != 0,
                               .overrides = (flags & kOverride) != 0,
                               .target = target,
                               .options = *options};
}

void NeighborAdvertisement::Write(std::span<std::byte> message) const {
  StoreBig(&message[kBody], (is_router ? kRouter : 0) | (is_solicited ? kSolicited : 0) | (overrides ? kOverride : 0));
  target.Store(&message[kTarget]);
  options.Write(message.subspan(kSize));
}

kernel::Result<Redirect> Redirect::Parse(std::span<const std::byte> message) {
  const kernel::Result<NdpOptions> options = OptionsOf(message, kSize);
  if (!options) return Fail(options.error());
  const Redirect redirect = {.target = Ipv6Address::Load(&message[kTarget]),
                             .destination = Ipv6Address::Load(&message[kDestination]),
                             .options = *options};
  if (redirect.destination.IsMulticast()) return Fail(Error::kMalformed);
  if (!redirect.target.IsLinkLocal() && redirect.target != redirect.destination) return Fail(Error::kMalformed);
  return redirect;
}

void Redirect::Write(std::span<std::byte> message) const {
  StoreBig(&message[kBody], std::uint32_t{0});
  target.Store(&message[kTarget]);
  destination.Store(&message[kDestination]);
  options.Write(message.subspan(kSize));
}

}  // namespace net::wire
