#include "net/socket/resolve.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/task.h"
#include "kernel/base/wait_queue.h"
#include "net/dns/answer.h"
#include "net/dns/resolver.h"
#include "net/wire/address.h"
#include "net/wire/address_text.h"
#include "net/wire/dns.h"
#include "net/wire/dns_name.h"

namespace net::socket {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;

class Waiting final : public dns::LookupObserver {
 public:
  void OnResolved(dns::Lookup&) override { change.NotifyAll(); }
  kernel::WaitQueue change;
};

// No addresses where there are none.
std::span<const IpAddress> AddressesOf(const Result<dns::Answer>& answer) {
  return answer ? answer->view() : std::span<const IpAddress>();
}

Result<Addresses> Merge(const Result<dns::Answer>& ipv6, const Result<dns::Answer>& ipv4) {
  Addresses all;
  const auto first = AddressesOf(ipv6);
  const auto second = AddressesOf(ipv4);
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) all.addresses[all.count++] = first[i];
    if (i < second.size()) all.addresses[all.count++] = second[i];
  }
  if (all.count > 0) return all;
  if (!ipv4) return Fail(ipv4.error());
  return Fail(ipv6 ? Error::kNotFound : ipv6.error());
}

}  // namespace

kernel::Task<Result<Addresses>> Resolve(dns::Resolver& resolver, std::string_view name) {
  if (const auto address = wire::ParseAddress(name)) {
    Addresses one = {.count = 1};
    one.addresses[0] = *address;
    co_return one;
  }
  const auto parsed = wire::DnsName::FromText(name);
  if (!parsed || parsed->IsRoot()) co_return Fail(Error::kInvalidArgument);
  Waiting waiting;
  dns::Lookup ipv6(resolver, waiting);
  dns::Lookup ipv4(resolver, waiting);
  ipv6.Start({.name = *parsed, .type = wire::DnsType::kAaaa});
  ipv4.Start({.name = *parsed, .type = wire::DnsType::kA});
  while (ipv6.is_running() || ipv4.is_running()) co_await waiting.change.Wait();
  co_return Merge(ipv6.result(), ipv4.result());
}

}  // namespace net::socket
