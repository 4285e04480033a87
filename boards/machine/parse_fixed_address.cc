// An address as a person writes it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "boards/machine/network.h"
#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/address_text.h"

namespace machine {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;

Result<net::Ipv4Address> ParseHost(std::string_view text) {
  const Result<net::IpAddress> address = net::wire::ParseAddress(text);
  if (!address || !address->IsIpv4() || !address->ipv4().IsHost()) return Fail(Error::kInvalidArgument);
  return address->ipv4();
}

// 1 to 30: an address that has a network, and neighbours in it.
Result<std::uint8_t> ParsePrefixLength(std::string_view text) {
  unsigned length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || length > 30) return Fail(Error::kInvalidArgument);
    length = length * 10 + static_cast<unsigned>(c - '0');
  }
  if (length < 1 || length > 30) return Fail(Error::kInvalidArgument);
  return static_cast<std::uint8_t>(length);
}

}  // namespace

Result<FixedAddress> ParseFixedAddress(std::string_view text) {
  const std::size_t comma = text.find(',');
  const std::string_view interface = text.substr(0, comma);
  const std::size_t slash = interface.find('/');
  if (slash == std::string_view::npos) return Fail(Error::kInvalidArgument);
  const Result<net::Ipv4Address> address = ParseHost(interface.substr(0, slash));
  const Result<std::uint8_t> length = ParsePrefixLength(interface.substr(slash + 1));
  if (!address || !length) return Fail(Error::kInvalidArgument);
  FixedAddress fixed = {.address = *address, .prefix_length = *length};
  if (comma != std::string_view::npos) {
    const Result<net::Ipv4Address> router = ParseHost(text.substr(comma + 1));
    if (!router) return Fail(Error::kInvalidArgument);
    fixed.router = *router;
  }
  return fixed;
}

}  // namespace machine
