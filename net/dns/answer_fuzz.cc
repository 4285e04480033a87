// Any reply: what is believed keeps its limits.
#include "net/dns/answer.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/wire/dns.h"
#include "net/wire/dns_name.h"
#include "net/wire/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using net::dns::Answer;
  using net::wire::Require;
  const std::span<const std::byte> message = std::as_bytes(std::span(data, size));
  const auto header = net::wire::DnsHeader::Parse(message);
  if (!header) return 0;
  // The question is whatever the reply says it was.
  net::wire::DnsReader reader(message);
  const auto question = reader.ReadQuestion();
  if (!question) return 0;
  const auto answer = net::dns::ReadReply(message, header->id, *question, true);
  if (!answer) return 0;
  Require(header->is_response && answer->count <= net::dns::kMostAddresses);
  Require((answer->count != 0) == (answer->kind == Answer::Kind::kAddresses));
  for (const net::IpAddress& address : answer->view()) {
    Require(address.IsIpv4() || question->type == net::wire::DnsType::kAaaa);
  }
  return 0;
}
