#include "net/wire/ipv6_extensions.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "net/wire/endian.h"

namespace net::wire {
namespace {

// Options. [RFC8200] 4.2, [RFC2711] 2.1
constexpr std::uint8_t kPadOne = 0;
constexpr std::uint8_t kPadMany = 1;
constexpr std::uint8_t kRouterAlert = 5;
constexpr std::size_t kRouterAlertSize = 2;

// Eight bytes align anything, so honest padding in a row is shorter. [RFC4942] 2.1.9.5
constexpr std::size_t kMostPadding = 7;

// The upper bits of an option's type say what to do with one that is not known. [RFC8200] 4.2
constexpr int kActionShift = 6;
constexpr unsigned kSkip = 0;
constexpr unsigned kDiscard = 1;
constexpr unsigned kReport = 2;

constexpr std::size_t kUnit = 8;  // bytes: of a header's size
constexpr std::size_t kRoutingType = 2;
constexpr std::size_t kSegmentsLeft = 3;

constexpr std::unexpected<Ipv6Fault> Silence() { return std::unexpected(Ipv6Fault()); }
constexpr std::unexpected<Ipv6Fault> Truncated() {
  return std::unexpected(Ipv6Fault{.answer = Ipv6Fault::Answer::kNone, .code = 0, .pointer = 0, .is_truncated = true});
}
constexpr std::unexpected<Ipv6Fault> Problem(std::uint8_t code, std::size_t pointer,
                                             Ipv6Fault::Answer answer = Ipv6Fault::Answer::kProblemUnlessGroup) {
  return std::unexpected(
      Ipv6Fault{.answer = answer, .code = code, .pointer = static_cast<std::uint16_t>(pointer), .is_truncated = false});
}

std::expected<void, Ipv6Fault> CheckUnknownOption(std::uint8_t type, std::size_t place) {
  switch (type >> kActionShift) {
    case kSkip:
      return {};
    case kDiscard:
      return Silence();
    case kReport:
      return Problem(kUnknownOption, place, Ipv6Fault::Answer::kProblem);
    default:
      return Problem(kUnknownOption, place);
  }
}

// The options in `header`, which stands at `place`.
std::expected<void, Ipv6Fault> CheckOptions(std::span<const std::byte> header, std::size_t place, bool is_hop_by_hop,
                                            Ipv6Chain& chain) {
  int options = 0;
  std::size_t padding = 0;  // bytes in a row
  for (std::size_t i = 2; i < header.size();) {
    const auto type = static_cast<std::uint8_t>(header[i]);
    if (type == kPadOne) {
      if (++padding > kMostPadding) return Silence();
      ++i;
      continue;
    }
    if (header.size() - i < 2) return Silence();
    const auto size = static_cast<std::size_t>(header[i + 1]);
    if (size > header.size() - i - 2) return Silence();
    const std::span<const std::byte> data = header.subspan(i + 2, size);
    if (type == kPadMany) {
      padding += 2 + size;
      if (padding > kMostPadding || std::ranges::any_of(data, [](std::byte b) { return b != std::byte{0}; })) {
        return Silence();
      }
    } else {
      padding = 0;
      if (++options > kMostIpv6Options) return Silence();
      if (type == kRouterAlert && is_hop_by_hop && size == kRouterAlertSize) {
        chain.has_router_alert = true;
      } else if (const auto unknown = CheckUnknownOption(type, place + i); !unknown) {
        return unknown;
      }
    }
    i += 2 + size;
  }
  return {};
}

// Of any type, type 0 included: passed over when no segments are left, else refused. [RFC8200] 4.4, [RFC5095] 3
std::expected<void, Ipv6Fault> CheckRouting(std::span<const std::byte> header, std::size_t place) {
  if (header[kSegmentsLeft] == std::byte{0}) return {};
  return Problem(kErroneousField, place + kRoutingType);
}

}  // namespace

std::expected<Ipv6Chain, Ipv6Fault> WalkIpv6Chain(const Ipv6ChainStart& start, std::span<const std::byte> bytes) {
  const bool is_cut = bytes.size() > kMostIpv6Chain;
  const std::span<const std::byte> known = bytes.first(std::min(bytes.size(), kMostIpv6Chain));
  const auto beyond = [&] { return is_cut ? Silence() : Truncated(); };
  Ipv6Chain chain = {.next_header = start.next_header, .next_header_place = start.next_header_place};
  for (int headers = 0; IsIpv6Extension(chain.next_header); ++headers) {
    if (headers == kMostIpv6Extensions) return Silence();
    const std::size_t place = start.place + chain.size;
    const std::span<const std::byte> rest = known.subspan(chain.size);
    if (rest.size() < kUnit) return beyond();
    const IpProtocol kind = chain.next_header;
    const bool is_first = headers == 0 && !start.is_behind_fragment;
    if (kind == IpProtocol::kHopByHop && !is_first) return Problem(kUnknownNextHeader, chain.next_header_place);
    const bool is_fragment = kind == IpProtocol::kFragment;
    if (is_fragment && (start.is_behind_fragment || chain.fragment)) return Silence();
    const std::size_t size = is_fragment ? kIpv6FragmentSize : (static_cast<std::size_t>(rest[1]) + 1) * kUnit;
    if (size > rest.size()) return beyond();
    const std::span<const std::byte> header = rest.first(size);
    std::expected<void, Ipv6Fault> check;
    if (is_fragment) {
      chain.fragment = Ipv6Fragment::Parse(header).value();
      chain.fragment_place = static_cast<std::uint16_t>(place);
    } else if (kind == IpProtocol::kRouting) {
      check = CheckRouting(header, place);
    } else {
      check = CheckOptions(header, place, kind == IpProtocol::kHopByHop, chain);
    }
    if (!check) return std::unexpected(check.error());
    chain.next_header = static_cast<IpProtocol>(header[0]);
    chain.next_header_place = static_cast<std::uint16_t>(place);
    chain.size = static_cast<std::uint16_t>(chain.size + size);
    if (is_fragment && !chain.fragment->IsAtomic()) break;
  }
  return chain;
}

}  // namespace net::wire
