// DNS messages for tests, record by record.
#ifndef ENKEL_NET_DNS_TEST_MESSAGE_H_
#define ENKEL_NET_DNS_TEST_MESSAGE_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "net/wire/address.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"
#include "net/wire/endian.h"

namespace net::dns {

inline wire::DnsName NameOf(std::string_view text) { return wire::DnsName::FromText(text).value(); }

// A reply to `question`; records come in the order answers, authorities, additionals.
class TestReply {
 public:
  TestReply(std::uint16_t id, const wire::DnsQuestion& question) : header_{.id = id, .is_response = true} {
    bytes_.resize(wire::kDnsHeaderSize);
    AddQuestion(question);
  }

  TestReply& AddQuestion(const wire::DnsQuestion& question) {
    ++header_.questions;
    Append(question.name.bytes());
    Number(static_cast<std::uint16_t>(question.type));
    Number(question.network_class);
    return *this;
  }
  TestReply& Record(std::string_view name, wire::DnsType type, std::uint32_t ttl, std::span<const std::byte> data) {
    Append(NameOf(name).bytes());
    Number(static_cast<std::uint16_t>(type));
    Number(wire::kDnsInternet);
    Number(ttl);
    Number(static_cast<std::uint16_t>(data.size()));
    Append(data);
    return *this;
  }
  TestReply& A(std::string_view name, std::uint32_t ttl, Ipv4Address address) {
    ++header_.answers;
    std::byte data[4];
    address.Store(data);
    return Record(name, wire::DnsType::kA, ttl, data);
  }
  TestReply& Aaaa(std::string_view name, std::uint32_t ttl, const Ipv6Address& address) {
    ++header_.answers;
    return Record(name, wire::DnsType::kAaaa, ttl, address.bytes);
  }
  TestReply& Alias(std::string_view name, std::uint32_t ttl, std::string_view target) {
    ++header_.answers;
    return Record(name, wire::DnsType::kCname, ttl, NameOf(target).bytes());
  }
  TestReply& Ptr(std::string_view name, std::uint32_t ttl, std::string_view target) {
    ++header_.answers;
    return Record(name, wire::DnsType::kPtr, ttl, NameOf(target).bytes());
  }
  TestReply& Soa(std::string_view zone, std::uint32_t ttl, std::uint32_t minimum) {
    ++header_.authorities;
    std::vector<std::byte> data(2 + 20);
    wire::StoreBig(&data[18], minimum);
    return Record(zone, wire::DnsType::kSoa, ttl, data);
  }

  wire::DnsHeader& header() { return header_; }

  std::vector<std::byte> Bytes() const {
    std::vector<std::byte> bytes = bytes_;
    header_.Write(bytes);
    return bytes;
  }

 private:
  void Append(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  template <typename T>
  void Number(T number) {
    bytes_.resize(bytes_.size() + sizeof(T));
    wire::StoreBig(&bytes_[bytes_.size() - sizeof(T)], number);
  }

  wire::DnsHeader header_;
  std::vector<std::byte> bytes_;
};

}  // namespace net::dns

#endif  // ENKEL_NET_DNS_TEST_MESSAGE_H_
