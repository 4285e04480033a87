// What a DNS server says to one question, once all that a reply must be was checked. [RFC1035] 4, [RFC5452] 9
#ifndef ENKEL_NET_DNS_ANSWER_H_
#define ENKEL_NET_DNS_ANSWER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "net/wire/address.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"

namespace net::dns {

inline constexpr std::size_t kMostAddresses = 8;  // of one answer; what a server says beyond them is not kept
inline constexpr int kMostAliases = 8;            // names that lead to one another before we give up

struct Answer {
  enum class Kind : std::uint8_t {
    kAddresses,
    kName,    // of an address: PTR
    kNoData,  // the name exists, but nothing of this type
    kNoName,  // NXDOMAIN
    kAlias,   // `name` is what the question's stands for, and must be asked for itself
  };

  Kind kind = Kind::kNoData;
  std::uint8_t count = 0;
  std::array<IpAddress, kMostAddresses> addresses = {};
  wire::DnsName name = {};
  std::uint32_t ttl = 0;  // seconds that it holds; 0: not to be kept

  std::span<const IpAddress> view() const { return std::span(addresses).first(count); }
};

// What a server may be sent again, or another one asked.
enum class ReplyError : std::uint8_t {
  kNotForUs,   // not a reply to this question: a forgery, or late. To be ignored
  kMalformed,  // breaks a rule of the format: to be ignored, too
  kTruncated,  // to be asked again over TCP
  kFailure,    // the server cannot or will not say
};

// Reads a reply to `question` with `id`. `is_case_exact`: the name comes back letter by letter as it was sent. A reply
// counts as a whole: one bad record in it, and nothing of it is believed.
std::expected<Answer, ReplyError> ReadReply(std::span<const std::byte> message, std::uint16_t id,
                                            const wire::DnsQuestion& question, bool is_case_exact);

}  // namespace net::dns

#endif  // ENKEL_NET_DNS_ANSWER_H_
