#include "testing/fuzz/stack/recording.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "net/dns/test_message.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/wire/address.h"
#include "net/wire/dhcp.h"
#include "net/wire/dns.h"
#include "testing/fuzz/stack/mend.h"
#include "testing/fuzz/stack/player.h"
#include "testing/fuzz/stack/program.h"
#include "testing/fuzz/stack/steps.h"
#include "testing/sim/cable.h"
#include "testing/sim/host.h"
#include "testing/sim/plain_ip.h"

namespace fuzz {
namespace {

using kernel::Duration;

sim::HostOptions OptionsOfOther() {
  sim::HostOptions options = Program::OptionsOfHost();
  options.number = kPeerSide.self;
  return options;
}

}  // namespace

// Knows every name; its first answer to each question is an alias.
class NameServer final : private net::udp::Observer {
 public:
  explicit NameServer(sim::Host& host) : host_(host), socket_(host.udp(), this) {
    CHECK(socket_.Bind({.address = {}, .port = net::wire::kDnsPort}));
  }

 private:
  void OnChange(net::udp::Socket& socket) override {
    while (auto datagram = socket.Receive()) {
      const std::vector<std::byte> query = net::BytesOf(datagram->payload);
      const auto header = net::wire::DnsHeader::Parse(query);
      net::wire::DnsReader reader(query);
      const auto question = reader.ReadQuestion();
      if (!header || !question) continue;
      net::dns::TestReply reply(header->id, *question);
      if (question->type == net::wire::DnsType::kA) reply.A("enkel.example", 60, sim::Ipv4Of(kPeerSide.self));
      if (question->type == net::wire::DnsType::kAaaa) reply.Aaaa("enkel.example", 60, sim::Ipv6Of(kPeerSide.self));
      if (question->type == net::wire::DnsType::kPtr) reply.Soa("in-addr.arpa", 60, 30);
      if (++count_ % 3 == 0) reply.header().is_truncated = true;
      (void)socket.SendTo(host_.PacketOf(reply.Bytes()), datagram->source);
    }
  }

  sim::Host& host_;
  net::udp::Socket socket_;
  int count_ = 0;
};

// Lends 10.0.0.77 to everybody.
class LeaseServer final : private net::udp::Observer {
 public:
  explicit LeaseServer(sim::Host& host) : host_(host), socket_(host.udp(), this) {
    socket_.options().may_broadcast = true;
    CHECK(socket_.Bind({.address = {}, .port = net::wire::kDhcpServerPort}));
  }

 private:
  void OnChange(net::udp::Socket& socket) override {
    using Dhcp = net::wire::Dhcp;
    while (auto datagram = socket.Receive()) {
      const auto message = Dhcp::Parse(net::BytesOf(datagram->payload));
      if (!message || (message->type != Dhcp::Type::kDiscover && message->type != Dhcp::Type::kRequest)) continue;
      Dhcp answer = {.operation = Dhcp::Operation::kReply,
                     .type = message->type == Dhcp::Type::kDiscover ? Dhcp::Type::kOffer : Dhcp::Type::kAck,
                     .xid = message->xid,
                     .your = sim::Ipv4Of(77),
                     .hardware = message->hardware,
                     .server = sim::Ipv4Of(kPeerSide.self),
                     .lease_seconds = 600,
                     .prefix_length = 24};
      answer.routers = {.addresses = {sim::Ipv4Of(kPeerSide.self)}, .count = 1};
      answer.name_servers = answer.routers;
      std::array<std::byte, net::wire::kLargestDhcp> bytes;
      const std::size_t size = answer.Write(bytes);
      (void)socket.SendTo(host_.PacketOf(std::span(bytes).first(size)),
                          {.address = net::Ipv4Address{0xffff'ffff}, .port = net::wire::kDhcpClientPort});
    }
  }

  sim::Host& host_;
  net::udp::Socket socket_;
};

Recording::Recording(const sim::Conditions& conditions)
    : world_(kWorldSeed),
      host_(world_, Program::OptionsOfHost()),
      other_(world_, OptionsOfOther()),
      cable_(world_, *this, other_.card()) {
  cable_.SetConditions(conditions);
  host_.card().Plug(cable_, sim::Cable::End::kLeft);
  other_.card().Plug(cable_, sim::Cable::End::kRight);
  program_ = std::make_unique<Program>(host_);
  other_program_ = std::make_unique<Program>(other_, kPeerSide);
  name_server_ = std::make_unique<NameServer>(other_);
  lease_server_ = std::make_unique<LeaseServer>(other_);
}

Recording::~Recording() = default;

void Recording::WritePause() {
  std::int64_t pause = (world_.now() - written_).nanoseconds;
  written_ = world_.now();
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (pause >= kSecond) script_.Do(Step::kSeconds).Short(static_cast<std::uint16_t>(pause / kSecond));
  pause %= kSecond;
  if (pause > 0) script_.Do(Step::kNanoseconds).Long(static_cast<std::uint32_t>(pause));
}

void Recording::Arrive(const sim::Frame& frame) {
  WritePause();
  script_.Do(Step::kFrame).Short(static_cast<std::uint16_t>(frame.bytes.size())).Bytes(frame.bytes);
  host_.card().Arrive(frame);
}

void Recording::Inject(std::vector<std::byte> frame) {
  MendChecksums(frame);
  Arrive({.bytes = std::move(frame), .info = {}});
}

void Recording::Do(Step step, std::initializer_list<int> bytes) {
  WritePause();
  Script arguments;
  for (const int byte : bytes) arguments.Byte(static_cast<std::uint8_t>(byte));
  script_.Do(step).Bytes(std::as_bytes(std::span(arguments.bytes())));
  Input input(arguments.bytes());
  program_->Take(step, input);
}

void Recording::LetOther(Step step, std::initializer_list<int> bytes) {
  Script arguments;
  for (const int byte : bytes) arguments.Byte(static_cast<std::uint8_t>(byte));
  Input input(arguments.bytes());
  other_program_->Take(step, input);
}

void Recording::SetPlugged(bool is_plugged) {
  WritePause();
  script_.Do(Step::kPlug);
  cable_.SetPlugged(is_plugged);
}

void Recording::SetHungry(bool is_hungry) {
  WritePause();
  if (is_hungry) {
    script_.Do(Step::kHungerBegin).Byte(1).Byte(2);
    host_.Starve(1, 2);
  } else {
    script_.Do(Step::kHungerEnd);
    host_.GiveBack();
  }
}

std::vector<std::uint8_t> Recording::Steps() {
  WritePause();
  return script_.bytes();
}

}  // namespace fuzz
