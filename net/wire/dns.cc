#include "net/wire/dns.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/wire/address.h"
#include "net/wire/dns_name.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;

constexpr std::uint16_t kResponse = 0x8000;
constexpr std::uint16_t kTruncated = 0x0200;
constexpr std::uint16_t kRecursion = 0x0100;

constexpr std::size_t kLeastQuestion = 1 + 4;  // the root, type, class
constexpr std::size_t kLeastRecord = 1 + 10;   // and TTL, length
constexpr std::size_t kRecordFixed = 10;       // behind the name
constexpr std::size_t kSoaNumbers = 5 * 4;     // serial, refresh, retry, expire, minimum
constexpr std::uint32_t kSignOfTtl = 1u << 31;

std::uint32_t ReadTtl(const std::byte* bytes) {
  const auto ttl = LoadBig<std::uint32_t>(bytes);
  return (ttl & kSignOfTtl) != 0 ? 0 : ttl;
}

}  // namespace

Result<DnsHeader> DnsHeader::Parse(std::span<const std::byte> message) {
  if (message.size() < kDnsHeaderSize) return Fail(Error::kMalformed);
  const auto flags = LoadBig<std::uint16_t>(&message[2]);
  const DnsHeader header = {.id = LoadBig<std::uint16_t>(&message[0]),
                            .is_response = (flags & kResponse) != 0,
                            .opcode = static_cast<std::uint8_t>(flags >> 11 & 0xf),
                            .is_truncated = (flags & kTruncated) != 0,
                            .wants_recursion = (flags & kRecursion) != 0,
                            .code = static_cast<DnsCode>(flags & 0xf),
                            .questions = LoadBig<std::uint16_t>(&message[4]),
                            .answers = LoadBig<std::uint16_t>(&message[6]),
                            .authorities = LoadBig<std::uint16_t>(&message[8]),
                            .additionals = LoadBig<std::uint16_t>(&message[10])};
  const std::size_t records = std::size_t{header.answers} + header.authorities + header.additionals;
  const std::size_t least = header.questions * kLeastQuestion + records * kLeastRecord;
  if (least > message.size() - kDnsHeaderSize) return Fail(Error::kMalformed);
  return header;
}

void DnsHeader::Write(std::span<std::byte> bytes) const {
  const unsigned flags = (is_response ? kResponse : 0) | static_cast<unsigned>(opcode & 0xf) << 11 |
                         (is_truncated ? kTruncated : 0) | (wants_recursion ? kRecursion : 0) |
                         (static_cast<unsigned>(code) & 0xf);
  StoreBig(&bytes[0], id);
  StoreBig(&bytes[2], static_cast<std::uint16_t>(flags));
  StoreBig(&bytes[4], questions);
  StoreBig(&bytes[6], answers);
  StoreBig(&bytes[8], authorities);
  StoreBig(&bytes[10], additionals);
}

Result<DnsQuestion> DnsReader::ReadQuestion() {
  const Result<DnsName> name = DnsName::Parse(message_, place_);
  if (!name || message_.size() - place_ < 4) return Fail(Error::kMalformed);
  const DnsQuestion question = {.name = *name,
                                .type = static_cast<DnsType>(LoadBig<std::uint16_t>(&message_[place_])),
                                .network_class = LoadBig<std::uint16_t>(&message_[place_ + 2])};
  place_ += 4;
  return question;
}

Result<DnsRecord> DnsReader::ReadRecord() {
  const Result<DnsName> name = DnsName::Parse(message_, place_);
  if (!name || message_.size() - place_ < kRecordFixed) return Fail(Error::kMalformed);
  const std::byte* const fixed = &message_[place_];
  const DnsRecord record = {.name = *name,
                            .type = static_cast<DnsType>(LoadBig<std::uint16_t>(fixed)),
                            .network_class = LoadBig<std::uint16_t>(fixed + 2),
                            .ttl = ReadTtl(fixed + 4),
                            .data = place_ + kRecordFixed,
                            .data_size = LoadBig<std::uint16_t>(fixed + 8)};
  if (record.data_size > message_.size() - record.data) return Fail(Error::kMalformed);
  place_ = record.data + record.data_size;
  return record;
}

Result<IpAddress> DnsRecord::ReadAddress(std::span<const std::byte> message) const {
  if (type == DnsType::kA && data_size == 4) return Ipv4Address::Load(&message[data]);
  if (type == DnsType::kAaaa && data_size == 16) return Ipv6Address::Load(&message[data]);
  return Fail(Error::kMalformed);
}

Result<DnsName> DnsRecord::ReadName(std::span<const std::byte> message) const {
  // A name that reaches beyond its record is none, whatever stands there.
  std::size_t place = data;
  const Result<DnsName> name = DnsName::Parse(message.first(data + data_size), place);
  if (!name || place != data + data_size) return Fail(Error::kMalformed);
  return name;
}

Result<std::uint32_t> DnsRecord::ReadNegativeTtl(std::span<const std::byte> message) const {
  const auto until_end = message.first(data + data_size);
  std::size_t place = data;
  const bool has_names = type == DnsType::kSoa && DnsName::Parse(until_end, place) && DnsName::Parse(until_end, place);
  if (!has_names || until_end.size() - place != kSoaNumbers) return Fail(Error::kMalformed);
  return std::min(ttl, ReadTtl(&until_end[place + kSoaNumbers - 4]));
}

std::size_t WriteDnsQuery(std::uint16_t id, const DnsQuestion& question, std::span<std::byte> bytes) {
  DnsHeader{.id = id, .wants_recursion = true, .questions = 1}.Write(bytes);
  const auto name = question.name.bytes();
  std::ranges::copy(name, &bytes[kDnsHeaderSize]);
  const std::size_t place = kDnsHeaderSize + name.size();
  StoreBig(&bytes[place], static_cast<std::uint16_t>(question.type));
  StoreBig(&bytes[place + 2], question.network_class);
  return place + 4;
}

}  // namespace net::wire
