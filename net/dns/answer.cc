#include "net/dns/answer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "net/wire/dns.h"
#include "net/wire/dns_name.h"

namespace net::dns {
namespace {

using wire::DnsCode;
using wire::DnsHeader;
using wire::DnsName;
using wire::DnsQuestion;
using wire::DnsReader;
using wire::DnsRecord;
using wire::DnsType;
using Error = ReplyError;

constexpr unsigned kMostRecords = 128;  // that a reply may have; a server says what it means with fewer

bool IsAnswerTo(const DnsHeader& header, DnsReader& reader, std::uint16_t id, const DnsQuestion& question,
                bool is_case_exact) {
  if (header.id != id || !header.is_response || header.opcode != 0 || header.questions != 1) return false;
  const auto asked = reader.ReadQuestion();
  if (!asked || asked->type != question.type || asked->network_class != question.network_class) return false;
  return is_case_exact ? asked->name.IsSameBytes(question.name) : asked->name == question.name;
}

// What one pass over the records finds for one name.
struct Found {
  Answer answer;
  std::optional<DnsName> alias;
  std::uint32_t alias_ttl = 0;
};

bool Take(const DnsRecord& record, std::span<const std::byte> message, const DnsQuestion& question, Found& found) {
  Answer& answer = found.answer;
  if (record.type == question.type) {
    answer.ttl = answer.kind == Answer::Kind::kNoData ? record.ttl : std::min(answer.ttl, record.ttl);
  }
  if (record.type == DnsType::kCname) {
    const auto name = record.ReadName(message);
    if (!name || found.alias) return name.has_value();
    found.alias = *name;
    found.alias_ttl = record.ttl;
  } else if (record.type == DnsType::kA || record.type == DnsType::kAaaa) {
    const auto address = record.ReadAddress(message);
    if (!address) return false;
    if (record.type != question.type) return true;
    answer.kind = Answer::Kind::kAddresses;
    if (answer.count < kMostAddresses) answer.addresses[answer.count++] = *address;
  } else if (record.type == DnsType::kPtr) {
    const auto name = record.ReadName(message);
    if (!name) return false;
    if (record.type != question.type || answer.kind == Answer::Kind::kName) return true;
    answer.kind = Answer::Kind::kName;
    answer.name = *name;
  }
  return true;
}

// One pass over the answers, for what is said of `name`. Empty: one of them is malformed.
std::optional<Found> Find(DnsReader reader, unsigned answers, std::span<const std::byte> message, const DnsName& name,
                          const DnsQuestion& question) {
  Found found;
  for (unsigned i = 0; i < answers; ++i) {
    const auto record = reader.ReadRecord();
    if (!record) return {};
    if (record->network_class != wire::kDnsInternet || record->name != name) continue;
    if (!Take(*record, message, question, found)) return {};
  }
  return found;
}

// How long "there is none" holds: as the zone's SOA says, which stands among the authorities. [RFC2308] 5
std::optional<std::uint32_t> NegativeTtl(DnsReader reader, const DnsHeader& header, std::span<const std::byte> message,
                                         const DnsName& name) {
  std::uint32_t ttl = 0;
  for (unsigned i = 0; i < unsigned{header.answers} + header.authorities; ++i) {
    const auto record = reader.ReadRecord();
    if (!record) return {};
    if (i < header.answers || record->type != DnsType::kSoa || !name.IsIn(record->name)) continue;
    const auto negative = record->ReadNegativeTtl(message);
    if (!negative) return {};
    ttl = *negative;
  }
  return ttl;
}

}  // namespace

std::expected<Answer, ReplyError> ReadReply(std::span<const std::byte> message, std::uint16_t id,
                                            const DnsQuestion& question, bool is_case_exact) {
  const auto header = DnsHeader::Parse(message);
  if (!header) return std::unexpected(Error::kMalformed);
  DnsReader reader(message);
  if (!IsAnswerTo(*header, reader, id, question, is_case_exact)) return std::unexpected(Error::kNotForUs);
  if (header->is_truncated) return std::unexpected(Error::kTruncated);
  const bool has_no_name = header->code == DnsCode::kNoName;
  if (header->code != DnsCode::kNoError && !has_no_name) return std::unexpected(Error::kFailure);
  if (unsigned{header->answers} + header->authorities > kMostRecords) return std::unexpected(Error::kMalformed);

  DnsName name = question.name;
  std::uint32_t ttl = ~0u;  // of the aliases on the way
  bool has_alias = false;
  for (int aliases = 0;; ++aliases) {
    auto found = Find(reader, header->answers, message, name, question);
    if (!found) return std::unexpected(Error::kMalformed);
    if (found->answer.kind != Answer::Kind::kNoData) {
      found->answer.ttl = std::min(found->answer.ttl, ttl);
      return found->answer;
    }
    if (!found->alias) break;
    if (aliases == kMostAliases) return std::unexpected(Error::kFailure);
    has_alias = true;
    name = *found->alias;
    ttl = std::min(ttl, found->alias_ttl);
  }

  const auto negative = NegativeTtl(reader, *header, message, name);
  if (!negative) return std::unexpected(Error::kMalformed);
  Answer answer = {.kind = has_no_name ? Answer::Kind::kNoName : Answer::Kind::kNoData,
                   .ttl = std::min(*negative, ttl)};
  // A server that follows aliases says with an SOA that the last one leads nowhere; one that does not leaves it to us.
  if (has_alias && !has_no_name && *negative == 0) answer = {.kind = Answer::Kind::kAlias, .name = name, .ttl = ttl};
  return answer;
}

}  // namespace net::dns
