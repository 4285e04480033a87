// Any bytes, with a right checksum or as they are: an accepted query names a group or none, and its sources are there;
// what is read is what would be written.
#include "net/wire/igmp.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::wire::IgmpMessage;
  using net::wire::IgmpQuery;
  using net::wire::Require;
  const auto bytes = std::as_bytes(std::span(data, size));
  std::vector<std::byte> message(bytes.begin(), bytes.end());
  if (size >= net::wire::kIgmpSize && data[size - 1] % 8 != 0) {
    net::wire::StoreBig(&message[net::wire::kIgmpChecksumPlace], std::uint16_t{0});
    net::wire::Checksum sum;
    sum.Add(message);
    net::wire::StoreBig(&message[net::wire::kIgmpChecksumPlace], sum.Finish());
  }
  if (const auto query = IgmpQuery::Parse(message)) {
    Require(query->group.IsUnspecified() || query->group.IsMulticast());
    Require(query->version >= 1 && query->version <= 3);
    Require(query->size() + std::size_t{query->sources} * 4 <= size);
    std::vector<std::byte> written(query->size());
    query->Write(written);
    const auto again = IgmpQuery::Parse(written);
    Require(again.has_value() && again->group == query->group && again->most_delay == query->most_delay &&
            again->version == query->version);
  }
  if (const auto report = IgmpMessage::Parse(message)) {
    Require(report->group.IsMulticast());
    std::array<std::byte, net::wire::kIgmpSize> written;
    report->Write(written);
    Require(IgmpMessage::Parse(written).has_value());
  }
  return 0;
}
