// What a console says of the machine's address.
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "boards/machine/network.h"
#include "kernel/base/text.h"
#include "net/wire/address_text.h"

namespace machine {
namespace {

std::string_view NameOf(AddressSource source) {
  switch (source) {
    case AddressSource::kFixed:
      return "fixed";
    case AddressSource::kDhcp:
      return "by DHCP";
    case AddressSource::kLinkLocal:
      return "link-local: no DHCP server answers";
    case AddressSource::kNone:
      break;
  }
  return "none";
}

}  // namespace

std::string_view Network::DescribeAddress(std::span<char> storage) {
  kernel::TextWriter writer(storage);
  if (ethernet() == nullptr) return (writer << "no Ethernet: " << ethernet_error()).text();
  if (address_source() == AddressSource::kNone) return (writer << "no address yet").text();
  std::array<char, net::wire::kMostAddressText> text;
  const std::size_t size = net::wire::WriteAddress(address(), text);
  return (writer << std::string_view(text.data(), size) << " (" << NameOf(address_source()) << ")").text();
}

}  // namespace machine
