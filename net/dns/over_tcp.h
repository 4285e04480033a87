// Queries over TCP, for answers that no datagram holds. [RFC7766]
#ifndef ENKEL_NET_DNS_OVER_TCP_H_
#define ENKEL_NET_DNS_OVER_TCP_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "net/dns/resolver.h"
#include "net/tcp/connection.h"
#include "net/tcp/observer.h"
#include "net/tcp/tcp.h"
#include "net/wire/address.h"
#include "net/wire/dns.h"

namespace net::dns {

// A connection a query, a few at a time. Not interrupt-safe; nothing blocks or allocates.
class OverTcp final : public StreamQueries {
 public:
  // Outlives the lookups of the resolvers that use it.
  explicit OverTcp(tcp::Tcp& tcp) : tcp_(tcp) {}
  OverTcp(const OverTcp&) = delete;
  OverTcp& operator=(const OverTcp&) = delete;
  ~OverTcp() = default;

  bool Ask(Lookup& lookup, const Endpoint& server, std::span<const std::byte> query) override;
  void Cancel(Lookup& lookup) override;

 private:
  class Query final : public tcp::Observer {
   public:
    void OnChange() override;

    OverTcp* owner = nullptr;
    Lookup* lookup = nullptr;  // null: free
    tcp::Connection connection;
    std::array<std::byte, 2 + wire::kLargestDnsQuery> bytes;
    std::size_t unsent = 0;  // of the query
    std::size_t size = 0;    // of the query with its length
    std::size_t due = 0;     // bytes of the reply; 0: not known yet

   private:
    bool Send();
    void Receive();
    void Fail();
  };

  tcp::Tcp& tcp_;
  std::array<Query, 4> queries_;
  std::array<std::byte, kLargestMessage> reply_;  // while it is read
};

}  // namespace net::dns

#endif  // ENKEL_NET_DNS_OVER_TCP_H_
