#include "testing/sim/tcp_flow.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/packet/packet.h"
#include "net/tcp/connection.h"
#include "net/wire/address.h"
#include "testing/sim/host.h"
#include "testing/sim/judge.h"
#include "testing/sim/plain_ip.h"

namespace sim {
namespace {

using kernel::Error;
using kernel::Result;

constexpr std::uint16_t kFirstPort = 5000;
constexpr kernel::Duration kRetry = kernel::Duration::Milliseconds(50);

std::string Text(std::optional<Error> error) {
  return error ? "error " + std::to_string(static_cast<int>(*error)) : "no error";
}

}  // namespace

void TcpEnd::Adopt(net::tcp::Connection connection) {
  connection_ = std::move(connection);
  connection_.SetObserver(this);
  OnChange();
}

void TcpEnd::OnChange() {
  if (habits_.think_time == kernel::Duration()) return Turn();
  if (turn_comes_) return;
  turn_comes_ = true;
  host_.world().After(habits_.think_time, [this] {
    turn_comes_ = false;
    host_.Do([this] { Turn(); });
  });
}

// A call of ours may tell of a change before it returns: one turn at a time.
void TcpEnd::Turn() {
  if (!connection_ || is_in_turn_) return;
  is_in_turn_ = true;
  TakeTurn();
  is_in_turn_ = false;
}

void TcpEnd::TakeTurn() {
  if (!connection_.IsEstablished() && !connection_.IsFinished()) return;
  Read();
  if (connection_.error()) return FinishWith(connection_.error());
  Write();
  if (!connection_) return;
  if (has_read_end_ && has_shut_down_) FinishWith(std::nullopt);
}

void TcpEnd::Release() {
  if (connection_) connection_.SetObserver(nullptr);
  connection_ = net::tcp::Connection();
}

void TcpEnd::FinishWith(std::optional<Error> error) {
  error_ = error;
  is_done_ = true;
  Release();
}

void TcpEnd::Read() {
  if (has_read_end_) return;
  if (habits_.read_pause == kernel::Duration()) {
    while (ReadSome()) {
    }
    return;
  }
  if (host_.world().now() < may_read_at_) return;
  if (!ReadSome() || has_read_end_) return;
  may_read_at_ = host_.world().now() + habits_.read_pause;
  host_.world().After(habits_.read_pause, [this] { host_.Do([this] { Turn(); }); });
}

// False: there is nothing more now, or ever.
bool TcpEnd::ReadSome() {
  if (habits_.reads_packets) {
    Result<net::Packet> packet = connection_.ReadPacket();
    if (!packet) return false;
    if (!*packet) {
      has_read_end_ = true;
      return false;
    }
    std::vector<std::byte> bytes(packet->size());
    packet->CopyTo(0, bytes);
    Check(received_, bytes);
    return true;
  }
  std::vector<std::byte> bytes(habits_.read_size);
  const Result<std::size_t> size = connection_.Read(bytes);
  if (!size) return false;
  if (*size == 0) {
    has_read_end_ = true;
    return false;
  }
  Check(received_, std::span(bytes).first(*size));
  return true;
}

void TcpEnd::Check(std::uint64_t place, std::span<const std::byte> bytes) {
  host_.world().Note(bytes);
  if (!receives_.Matches(place, bytes)) {
    flow_.Complain(std::string(name_) + " received wrong bytes at " + std::to_string(place));
  }
  received_ += bytes.size();
}

void TcpEnd::Write() {
  if (has_shut_down_ || has_aborted_ || (habits_.waits_for_peer && !has_read_end_)) return;
  std::vector<std::byte> bytes(habits_.write_size);
  while (sent_ < habits_.bytes) {
    if (habits_.aborts_after && sent_ >= *habits_.aborts_after) break;
    const auto piece = std::span(bytes).first(std::min<std::uint64_t>(bytes.size(), habits_.bytes - sent_));
    sends_.Fill(sent_, piece);
    const Result<std::size_t> size = connection_.Write(piece);
    if (!size) return;
    if (*size == 0 || *size > piece.size())
      return flow_.Complain(std::string(name_) + ": Write took an impossible part");
    sent_ += *size;
  }
  if (habits_.aborts_after) {
    has_aborted_ = true;
    connection_.Abort();
    return FinishWith(Error::kReset);
  }
  connection_.ShutDownWrite();
  has_shut_down_ = true;
}

std::string TcpEnd::Describe() const {
  std::string text = std::string(name_) + ": sent " + std::to_string(sent_) + " of " + std::to_string(habits_.bytes) +
                     ", received " + std::to_string(received_) + (is_done_ ? ", done, " : ", not done, ") +
                     Text(error_);
  if (connection_) text += std::string(", ") + net::tcp::NameOf(connection_.info().state);
  return text;
}

TcpFlow::TcpFlow(Host& client, Host& server, const FlowOptions& options, sim::Judge& judge)
    : options_(options),
      judge_(judge),
      client_(*this, "client", client, options.client, options.number * 2u, options.number * 2u + 1),
      server_(*this, "server", server, options.server, options.number * 2u + 1, options.number * 2u) {
  if (options_.has_listener) {
    const net::Endpoint local = {.address = {}, .port = static_cast<std::uint16_t>(kFirstPort + options_.number)};
    Result<net::tcp::Listener> listener =
        server.Do([&] { return server.tcp().Listen(local, 4, options_.server.options); });
    if (listener) {
      listener_ = std::move(*listener);
      listener_.SetObserver(this);
    } else {
      Complain("Listen failed");
    }
  }
  client.world().At(options_.opens_at, [this] { Open(); });
}

void TcpFlow::Open() {
  if (is_opened_) return;
  Host& host = client_.host();
  const std::uint16_t number = server_.host().number();
  const net::IpAddress address = options_.is_ipv6 ? net::IpAddress(Ipv6Of(number)) : net::IpAddress(Ipv4Of(number));
  const net::Endpoint remote = {.address = address, .port = static_cast<std::uint16_t>(kFirstPort + options_.number)};
  host.Do([&] {
    Result<net::tcp::Connection> connection = host.tcp().Connect({}, remote, options_.client.options);
    if (connection) {
      is_opened_ = true;
      client_.Adopt(std::move(*connection));
    } else if (connection.error() == Error::kOutOfMemory || connection.error() == Error::kWouldBlock) {
      host.world().After(kRetry, [this] { Open(); });
    } else {
      Complain("Connect: " + Text(connection.error()));
    }
  });
}

void TcpFlow::OnChange() {
  while (listener_ && !server_.has_connection()) {
    Result<net::tcp::Connection> connection = listener_.Accept();
    if (!connection) return;
    server_.Adopt(std::move(*connection));
  }
}

bool TcpFlow::IsBroken() const {
  return !options_.has_listener || options_.client.aborts_after || options_.server.aborts_after;
}

// Where one end breaks off, the other may never hear of it: a reset is not sent twice.
bool TcpFlow::is_done() const {
  if (IsBroken()) return client_.is_done() || server_.is_done();
  return client_.is_done() && server_.is_done();
}

void TcpFlow::Release() {
  client_.Release();
  server_.Release();
  listener_ = net::tcp::Listener();
}

bool TcpFlow::IsComplete() const {
  return client_.is_done() && server_.is_done() && !client_.error() && !server_.error() &&
         server_.received() == options_.client.bytes && client_.received() == options_.server.bytes;
}

void TcpFlow::Judge() {
  if (!is_done()) return Complain("not done");
  if (!options_.has_listener) {
    if (client_.error() != Error::kRefused) Complain("nobody listens, and Connect was not refused");
    return;
  }
  if (IsBroken()) return;
  if (!IsComplete()) Complain("broken or incomplete");
}

void TcpFlow::Poke() {
  client_.host().Do([this] { client_.Poke(); });
  server_.host().Do([this] {
    if (listener_) OnChange();
    server_.Poke();
  });
}

void TcpFlow::Complain(const std::string& what) { judge_.Fail(Describe() + ": " + what); }

std::string TcpFlow::Describe() const {
  return "flow " + std::to_string(options_.number) + (options_.is_ipv6 ? " (IPv6), " : " (IPv4), ") +
         client_.Describe() + "; " + server_.Describe();
}

}  // namespace sim
