#include "net/dns/over_tcp.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "net/dns/resolver.h"
#include "net/tcp/connection.h"
#include "net/wire/address.h"
#include "net/wire/endian.h"

namespace net::dns {

bool OverTcp::Ask(Lookup& lookup, const Endpoint& server, std::span<const std::byte> query) {
  const auto free = std::ranges::find(queries_, nullptr, &Query::lookup);
  if (free == queries_.end()) return false;
  auto connection = tcp_.Connect({}, server, {});
  if (!connection) return false;
  free->owner = this;
  free->lookup = &lookup;
  free->connection = std::move(*connection);
  free->size = free->unsent = 2 + query.size();
  free->due = 0;
  wire::StoreBig(free->bytes.data(), static_cast<std::uint16_t>(query.size()));
  std::ranges::copy(query, &free->bytes[2]);
  free->connection.SetObserver(&*free);
  return true;
}

void OverTcp::Cancel(Lookup& lookup) {
  const auto query = std::ranges::find(queries_, &lookup, &Query::lookup);
  if (query == queries_.end()) return;
  query->lookup = nullptr;
  query->connection = tcp::Connection();
}

void OverTcp::Query::OnChange() {
  if (lookup == nullptr || (!connection.IsEstablished() && !connection.IsFinished())) return;
  if (!Send()) return Fail();
  Receive();
}

// False: it cannot be sent.
bool OverTcp::Query::Send() {
  while (unsent > 0 && connection.CanWrite()) {
    const auto written = connection.Write(std::span(bytes).first(size).last(unsent));
    if (!written) return written.error() == kernel::Error::kWouldBlock;
    unsent -= *written;
  }
  return unsent == 0 || !connection.IsFinished();
}

// Waits until all of the reply is there, and takes it in one piece.
void OverTcp::Query::Receive() {
  const std::size_t wanted = due == 0 ? 2 : due;
  if (connection.readable() < wanted) {
    if (connection.CanRead() && connection.readable() == 0) return Fail();  // the end
    if (connection.IsFinished()) return Fail();
    return;
  }
  const std::span<std::byte> reply = std::span(owner->reply_).first(wanted);
  const auto count = connection.Read(reply);
  if (!count || *count != wanted) return Fail();
  if (due != 0) {
    Lookup& asker = *std::exchange(lookup, nullptr);
    connection = tcp::Connection();
    return asker.OnStreamReply(reply);
  }
  due = wire::LoadBig<std::uint16_t>(reply.data());
  if (due < wire::kDnsHeaderSize || due > owner->reply_.size()) return Fail();
  Receive();
}

void OverTcp::Query::Fail() {
  Lookup& asker = *std::exchange(lookup, nullptr);
  connection = tcp::Connection();
  asker.OnStreamFailure();
}

}  // namespace net::dns
