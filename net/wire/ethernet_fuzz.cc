// Any bytes: a header that is accepted is written back as it came.
#include "net/wire/ethernet.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::Require;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  using net::wire::Ethernet;
  const auto header = Ethernet::Parse(bytes);
  // The short way sees no other header than this one.
  if (size >= net::wire::kEthernetSize && Ethernet::IsUsual(bytes.data())) {
    Require(header && !header->vlan && header->type == Ethernet::TypeOf(bytes.data()));
    Require(header->destination == Ethernet::DestinationOf(bytes.data()));
    Require(header->source == Ethernet::SourceOf(bytes.data()));
  }
  if (!header) return 0;
  Require(header->size() <= size && !header->source.IsGroup());
  Require(!header->vlan || *header->vlan <= net::wire::kMostVlanId);
  std::array<std::byte, net::wire::kTaggedEthernetSize> written = {};
  header->Write(written);
  // One bit of a tag is not kept: it says that the frame may be dropped first.
  if (header->vlan) written[14] |= bytes[14] & std::byte{0x10};
  Require(std::ranges::equal(std::span(written).first(header->size()), bytes.first(header->size())));
  return 0;
}
