// What musl's getaddrinfo, getnameinfo and res_query call instead of asking servers themselves
// (toolchain/libc/overlay/common/src/network/res_msend.c): the network's resolver answers, and the answer is put into
// a message as a server's would be.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "boards/machine/network.h"
#include "boards/machine/posix/calls.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/libc/descriptor/wait_queue.h"
#include "net/dns/answer.h"
#include "net/dns/resolver.h"
#include "net/wire/address.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"
#include "net/wire/endian.h"

namespace {

using net::dns::Answer;
using net::wire::DnsCode;
using net::wire::DnsHeader;
using net::wire::DnsQuestion;
using net::wire::StoreBig;

class Waiting final : public net::dns::LookupObserver {
 public:
  void OnResolved(net::dns::Lookup&) override { change.Notify(); }
  kernel::libc::WaitQueue change;
};

struct Question {
  std::uint16_t id = 0;
  DnsQuestion question = {};
};

std::optional<Question> ReadQuery(std::span<const std::byte> query) {
  const auto header = DnsHeader::Parse(query);
  if (!header || header->questions != 1) return {};
  const auto question = net::wire::DnsReader(query).ReadQuestion();
  if (!question || question->network_class != net::wire::kDnsInternet) return {};
  return Question{.id = header->id, .question = *question};
}

DnsCode CodeOf(const kernel::Result<Answer>& answer) {
  if (!answer) return DnsCode::kServerFailure;
  return answer->kind == Answer::Kind::kNoName ? DnsCode::kNoName : DnsCode::kNoError;
}

// Appends to a message as long as there is room.
class Writer {
 public:
  explicit Writer(std::span<std::byte> bytes) : bytes_(bytes) {}
  std::size_t size() const { return size_; }

  // A record of the question's name; false, and nothing written, where there is no room.
  bool Record(const DnsQuestion& question, std::uint32_t ttl, std::span<const std::byte> data) {
    constexpr std::size_t kFixed = 12;
    constexpr std::uint16_t kPointerToQuestion = 0xc000 | net::wire::kDnsHeaderSize;
    if (bytes_.size() - size_ < kFixed + data.size()) return false;
    const std::span<std::byte> record = bytes_.subspan(size_);
    StoreBig(&record[0], kPointerToQuestion);
    StoreBig(&record[2], static_cast<std::uint16_t>(question.type));
    StoreBig(&record[4], net::wire::kDnsInternet);
    StoreBig(&record[6], ttl);
    StoreBig(&record[10], static_cast<std::uint16_t>(data.size()));
    std::ranges::copy(data, record.subspan(kFixed).begin());
    size_ += kFixed + data.size();
    return true;
  }
  void Skip(std::size_t count) { size_ += count; }

 private:
  std::span<std::byte> bytes_;
  std::size_t size_ = 0;
};

std::uint16_t WriteRecords(const DnsQuestion& question, const Answer& answer, Writer& writer) {
  std::uint16_t count = 0;
  if (answer.kind == Answer::Kind::kName) return writer.Record(question, answer.ttl, answer.name.bytes()) ? 1 : 0;
  for (const net::IpAddress& address : answer.view()) {
    const std::span<const std::byte> bytes = address.ipv6().bytes;
    if (writer.Record(question, answer.ttl, question.type == net::wire::DnsType::kA ? bytes.last(4) : bytes)) ++count;
  }
  return count;
}

// Returns the message's size; 0 where even the question has no room.
std::size_t WriteAnswer(const Question& query, const kernel::Result<Answer>& answer, std::span<std::byte> bytes) {
  std::array<std::byte, net::wire::kLargestDnsQuery> repeated;
  const std::size_t size = net::wire::WriteDnsQuery(query.id, query.question, repeated);
  if (bytes.size() < size) return 0;
  std::ranges::copy(std::span(repeated).first(size), bytes.begin());
  Writer writer(bytes);
  writer.Skip(size);
  DnsHeader header = {
      .id = query.id, .is_response = true, .wants_recursion = true, .code = CodeOf(answer), .questions = 1};
  if (answer) header.answers = WriteRecords(query.question, *answer, writer);
  header.Write(bytes);
  return writer.size();
}

}  // namespace

// At most two at a time: the addresses of either version.
void __enkel_resolve(int count, const unsigned char* const* queries, const int* sizes, unsigned char* const* answers,
                     int* answer_sizes, int room) {
  net::dns::Resolver& resolver = machine::Network::Up().resolver();
  machine::Network::Get().Refresh();
  for (int first = 0; first < count; first += 2) {
    Waiting waiting;
    std::array<net::dns::Lookup, 2> lookups = {net::dns::Lookup(resolver, waiting),
                                               net::dns::Lookup(resolver, waiting)};
    const int pair = std::min(count - first, 2);
    std::array<std::optional<Question>, 2> questions;
    for (int i = 0; i < pair; ++i) {
      const auto size = static_cast<std::size_t>(sizes[first + i]);
      questions[i] = ReadQuery(std::as_bytes(std::span(queries[first + i], size)));
      if (questions[i]) lookups[i].Start(questions[i]->question);
    }
    while (lookups[0].is_running() || lookups[1].is_running()) {
      (void)kernel::libc::WaitForChange(waiting.change, kernel::kNever);
    }
    for (int i = 0; i < pair; ++i) {
      const std::span<std::byte> bytes =
          std::as_writable_bytes(std::span(answers[first + i], static_cast<std::size_t>(room)));
      answer_sizes[first + i] =
          questions[i] ? static_cast<int>(WriteAnswer(*questions[i], lookups[i].result(), bytes)) : 0;
    }
  }
}
