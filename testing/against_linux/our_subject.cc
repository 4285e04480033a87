#include "testing/against_linux/our_subject.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/tcp/state.h"
#include "net/wire/address.h"
#include "testing/sim/plain_ip.h"

namespace against_linux {
namespace {

using kernel::Duration;

net::IpAddress AddressOf(bool is_ipv6, std::uint16_t host) {
  return is_ipv6 ? net::IpAddress(sim::Ipv6Of(host)) : net::IpAddress(sim::Ipv4Of(host));
}

}  // namespace

OurSubject::OurSubject() : host_(world_, {.number = 1}), cable_(world_, host_.card(), *this), socket_(host_.udp()) {
  host_.card().Plug(cable_, sim::Cable::End::kLeft);
  if (!host_.Do([&] { return socket_.Bind({.address = {}, .port = kEchoPort}); })) std::abort();
}

void OurSubject::Send(const Bytes& frame) {
  const auto bytes = std::as_bytes(std::span(frame));
  cable_.Send(sim::Cable::End::kRight, {.bytes = {bytes.begin(), bytes.end()}, .info = {}});
}

void OurSubject::Arrive(const sim::Frame& frame) {
  sent_.emplace_back(reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size());
}

std::vector<Bytes> OurSubject::Take() {
  world_.RunFor(Duration::Milliseconds(1));
  return std::exchange(sent_, {});
}

void OurSubject::Listen(bool) {
  auto listener = host_.Do([&] { return host_.tcp().Listen({.address = {}, .port = kSubjectPort}, 8, {}); });
  if (!listener) std::abort();
  listener_ = std::move(*listener);
}

void OurSubject::Connect(bool is_ipv6, std::uint16_t peer_port) {
  auto connection = host_.Do([&] {
    return host_.tcp().Connect({AddressOf(is_ipv6, 1), kSubjectPort}, {AddressOf(is_ipv6, 2), peer_port}, {});
  });
  if (!connection) std::abort();
  connection_ = std::move(*connection);
}

void OurSubject::Accept() {
  if (connection_ || !listener_ || !listener_.CanAccept()) return;
  connection_ = *host_.Do([&] { return listener_.Accept(); });
}

void OurSubject::Write(std::size_t size) {
  const std::vector<std::byte> bytes(size);
  if (!host_.Do([&] { return connection_.Write(bytes); })) std::abort();
}

void OurSubject::ShutDownWrite() {
  host_.Do([&] { connection_.ShutDownWrite(); });
}

std::string OurSubject::State(bool, std::uint16_t) {
  Accept();
  if (host_.tcp().time_waits() > 0) return "TIME-WAIT";
  if (connection_) return NameOf(connection_.info().state);
  if (host_.tcp().half_open() > 0) return "SYN-RECEIVED";
  return listener_ ? "LISTEN" : "CLOSED";
}

std::size_t OurSubject::Readable() { return connection_ ? connection_.readable() : 0; }

void OurSubject::Clean() {
  host_.Do([&] {
    if (connection_) connection_.Abort();
    connection_ = {};
    listener_ = {};
  });
  // Longer than anything of a case lives; who asks for a neighbour meanwhile is answered.
  for (int second = 0; second < 61; ++second) {
    world_.RunFor(Duration::Seconds(1));
    for (const Bytes& frame : std::exchange(sent_, {})) {
      if (const Bytes answer = AnswerOfNeighbor(frame); !answer.empty()) Send(answer);
    }
  }
}

}  // namespace against_linux
