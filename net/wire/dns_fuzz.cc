// Any bytes: every question and record that a header promises is read or refused, and names keep their limits.
#include "net/wire/dns.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/dns_name.h"
#include "net/wire/fuzz.h"

namespace {

using net::wire::DnsName;
using net::wire::Require;

void CheckName(const DnsName& name) {
  Require(name.bytes().size() <= net::wire::kMostNameBytes && name.bytes().back() == std::byte{0});
  std::size_t place = 0;
  const auto again = DnsName::Parse(name.bytes(), place);
  Require(again && *again == name && place == name.bytes().size() && name.IsIn(name) && name.IsIn(DnsName()));
  std::array<char, net::wire::kMostNameText> text;
  const auto size = name.WriteText(text);
  if (!size || *size == 0) return;
  const auto from_text = DnsName::FromText({text.data(), *size});
  Require(from_text && from_text->IsSameBytes(name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> message = std::as_bytes(std::span(data, size));
  const auto header = net::wire::DnsHeader::Parse(message);
  if (!header) return 0;
  net::wire::DnsReader reader(message);
  for (unsigned i = 0; i < header->questions; ++i) {
    const auto question = reader.ReadQuestion();
    if (!question) return 0;
    CheckName(question->name);
  }
  const unsigned records = unsigned{header->answers} + header->authorities + header->additionals;
  for (unsigned i = 0; i < records; ++i) {
    const auto record = reader.ReadRecord();
    if (!record) return 0;
    CheckName(record->name);
    Require(record->data + record->data_size <= size && record->ttl < 1u << 31);
    (void)record->ReadAddress(message);
    if (const auto name = record->ReadName(message)) CheckName(*name);
    if (const auto ttl = record->ReadNegativeTtl(message)) Require(*ttl < 1u << 31);
  }
  return 0;
}
