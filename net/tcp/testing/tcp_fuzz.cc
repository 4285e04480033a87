// Any segments, ICMP errors, delays and calls of the program, in any order, and pools that run dry: nothing breaks,
// every segment that we send is well-formed, one cause has few consequences, and in the end all memory is back.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/tcp/tcp.h"
#include "net/test_context.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/ipv4.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

using kernel::Duration;

constexpr std::uint16_t kMtu = 1500;
constexpr Ipv4Address kOurs = Ipv4Address::Of(192, 0, 2, 1);
constexpr Ipv4Address kTheirs = Ipv4Address::Of(192, 0, 2, 2);
constexpr int kMostSent = 400;  // segments for one event: a whole send queue in small segments

void Require(bool promise, int line = __builtin_LINE()) {
  if (promise) return;
  std::fprintf(stderr, "line %d: a promise is broken\n", line);
  std::abort();
}

class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
  bool IsEmpty() const { return rest_.empty(); }
  std::uint8_t Byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }
  std::uint32_t Long() {
    return std::uint32_t{Byte()} << 24 | std::uint32_t{Byte()} << 16 | std::uint32_t{Byte()} << 8 | Byte();
  }

 private:
  std::span<const std::uint8_t> rest_;
};

class Peer final : public Ip {
 public:
  kernel::Result<Path> FindPath(const IpAddress&, const IpAddress&, Interface*) override {
    return Path{.source = kOurs, .mtu = mtu, .largest_segment = largest_segment};
  }
  kernel::Result<void> Send(Packet packet, const IpSend&) override {
    if (refuses) return kernel::Fail(kernel::Error::kWouldBlock);
    ++sent;
    const std::vector<std::byte> bytes = BytesOf(packet);
    const kernel::Result<wire::Tcp> header = wire::Tcp::Parse(bytes, bytes.size());
    Require(header.has_value());
    const std::size_t payload = bytes.size() - header->header_size;
    const bool is_large = packet.info().segmentation != PacketInfo::Segmentation::kNone;
    Require(!is_large || (packet.info().segment_size > 0 && packet.info().segment_size < payload));
    Require(is_large || bytes.size() + 20 <= kMtu);
    const std::uint32_t end = header->sequence + static_cast<std::uint32_t>(payload) +
                              (header->flags.Has(wire::kSyn) ? 1 : 0) + (header->flags.Has(wire::kFin) ? 1 : 0);
    if (!header->flags.Has(wire::kRst)) {
      theirs_end[header->destination_port % kPorts] = end;
      theirs_ack[header->destination_port % kPorts] = header->acknowledgment;
    }
    return {};
  }
  void Register(wire::IpProtocol, Transport& transport) override { transport_ = &transport; }
  bool IsOurs(const IpAddress&) const override { return true; }
  void ConfirmReachable(const IpAddress&) override {}
  void ReducePathMtu(const IpAddress&, std::uint32_t new_mtu) override {
    Require(new_mtu >= 552 && new_mtu < kMtu);
    mtu = static_cast<std::uint16_t>(new_mtu);
  }

  Transport& transport() { return *transport_; }

  static constexpr std::size_t kPorts = 4;
  std::array<std::uint32_t, kPorts> theirs_end = {};  // after the last segment that we sent to each port
  std::array<std::uint32_t, kPorts> theirs_ack = {};
  std::uint16_t mtu = kMtu;
  std::uint32_t largest_segment = 0;
  int sent = 0;
  bool refuses = false;

 private:
  Transport* transport_ = nullptr;
};

class World {
 public:
  explicit World(Input& input)
      : input_(input),
        storage_(Tcp::StorageFor(kConfig)),
        tcp_(std::make_unique<Tcp>(context_, peer_, kConfig, storage_)) {
    const std::uint8_t setting = input_.Byte();
    options_.has_no_delay = (setting & 1) != 0;
    options_.keep_alive_idle = Duration::Seconds((setting & 2) != 0 ? 10 : 0);
    options_.user_timeout = Duration::Seconds((setting & 4) != 0 ? 30 : 0);
    options_.receive_limit = (setting & 8) != 0 ? 3000 : 1 << 20;
    if ((setting & 16) != 0) peer_.largest_segment = 20'000;
    kernel::Result<Listener> listener = tcp_->Listen({{}, 80}, 3, options_);
    Require(listener.has_value());
    listener_ = std::move(*listener);
    if ((setting & 32) != 0) Establish(options_);
  }

  void Run() {
    while (!input_.IsEmpty()) {
      peer_.sent = 0;
      Event(input_.Byte());
      Require(peer_.sent <= kMostSent);
      Require(tcp_->connections() <= kConfig.connections && tcp_->half_open() <= kConfig.half_open);
    }
    Finish();
  }

 private:
  static constexpr Config kConfig = {.connections = 6,
                                     .listeners = 2,
                                     .half_open = 3,
                                     .time_waits = 3,
                                     .ranges = 20,
                                     .send_slices = 30,
                                     .memory = 100'000};

  // A connection to begin with: the interesting states are not far then.
  void Establish(const Options& options) {
    kernel::Result<Connection> connection = tcp_->Connect({{}, 81}, {kTheirs, 5000}, options);
    Require(connection.has_value());
    connections_[0] = std::move(*connection);
    wire::Tcp header = {.source_port = 5000,
                        .destination_port = 81,
                        .sequence = 0xffff'ff00,
                        .acknowledgment = peer_.theirs_end[5000 % Peer::kPorts],
                        .flags = wire::kSyn | wire::kAck,
                        .window = 20'000};
    wire::TcpOptions syn;
    syn.maximum_segment_size = 1460;
    syn.may_sack = true;
    header.header_size = static_cast<std::uint8_t>(wire::kTcpSize + syn.size());
    std::array<std::byte, wire::kMostTcpSize> bytes = {};
    header.Write(bytes);
    syn.Write(std::span(bytes).subspan(wire::kTcpSize));
    Deliver(std::span(bytes).first(header.header_size), 0);
    Require(connections_[0].IsEstablished());
  }

  void Deliver(std::span<const std::byte> bytes, std::uint8_t traffic_class) {
    if (context_.packets().free_count() == 0 || context_.buffers().free_count() < 4) return;
    Packet packet = context_.PacketOf(bytes);
    packet.info().checksum = PacketInfo::Checksum::kVerified;
    peer_.transport().Receive(
        packet, {.source = kTheirs, .destination = kOurs, .traffic_class = traffic_class, .hop_limit = 64});
  }

  void Event(std::uint8_t what) {
    switch (what % 16) {
      case 0:
        Connect();
        break;
      case 1:
        Accept();
        break;
      case 2:
        Read();
        break;
      case 3:
        Write();
        break;
      case 4:
        if (Connection* const connection = Pick()) connection->ShutDownWrite();
        break;
      case 5:
        if (Connection* const connection = Pick()) connection->Abort();
        break;
      case 6:
        if (Connection* const connection = Pick()) *connection = {};
        break;
      case 7:
        context_.Advance(Duration::Milliseconds(std::int64_t{1} << input_.Byte() % 20));
        break;
      case 8:
        Icmp();
        break;
      case 9:
        peer_.refuses = !peer_.refuses;
        break;
      case 10:
        TakeOrGivePackets();
        break;
      default:
        Segment();
        break;
    }
  }

  Connection* Pick() {
    Connection& connection = connections_[input_.Byte() % connections_.size()];
    return connection ? &connection : nullptr;
  }

  void Keep(Connection connection) {
    for (Connection& place : connections_) {
      if (place) continue;
      place = std::move(connection);
      return;
    }
  }

  void Connect() {
    const auto port = static_cast<std::uint16_t>(5000 + input_.Byte() % Peer::kPorts);
    kernel::Result<Connection> connection = tcp_->Connect({{}, 81}, {kTheirs, port}, options_);
    if (connection) Keep(std::move(*connection));
  }

  void Accept() {
    kernel::Result<Connection> connection = listener_.Accept();
    if (connection) Keep(std::move(*connection));
  }

  void Read() {
    Connection* const connection = Pick();
    if (connection == nullptr) return;
    std::array<std::byte, 2000> bytes;
    const std::size_t readable = connection->readable();
    const kernel::Result<std::size_t> size = connection->Read(std::span(bytes).first(1 + input_.Byte() * 7));
    if (size) Require(*size <= readable);
    (void)connection->BytesToUrgentMark();
  }

  void Write() {
    Connection* const connection = Pick();
    if (connection == nullptr) return;
    const std::array<std::byte, 5000> bytes = {};
    const std::uint8_t how = input_.Byte();
    const auto part = std::span(bytes).first(1 + how % 64 * 79);
    (void)(how >= 192 ? connection->WriteUrgent(part) : connection->Write(part));
    (void)connection->CanWrite();
    (void)connection->info();
  }

  void Icmp() {
    const std::uint8_t kind = input_.Byte();
    const std::size_t port = input_.Byte() % Peer::kPorts;
    std::array<std::byte, 8> quoted;
    wire::StoreBig(&quoted[0], static_cast<std::uint16_t>(kind % 2 == 0 ? 80 : 81));
    wire::StoreBig(&quoted[2], static_cast<std::uint16_t>(5000 + port));
    wire::StoreBig(&quoted[4], peer_.theirs_end[port] - input_.Byte());
    peer_.transport().OnError({.kind = static_cast<IpError::Kind>(kind / 2 % 8),
                               .source = kOurs,
                               .destination = kTheirs,
                               .reporter = kTheirs,
                               .mtu = input_.Byte() * 8u},
                              quoted);
  }

  void TakeOrGivePackets() {
    if (!hoard_.empty()) {
      hoard_.clear();
      return;
    }
    while (Packet packet = context_.packets().Take()) hoard_.push_back(std::move(packet));
  }

  // Numbers are near those that fit, or arbitrary.
  void Segment() {
    const std::uint8_t how = input_.Byte();
    const std::size_t port = input_.Byte() % Peer::kPorts;
    wire::Tcp header = {.source_port = static_cast<std::uint16_t>(5000 + port),
                        .destination_port = static_cast<std::uint16_t>((how & 1) != 0 ? 80 : 81),
                        .flags = {input_.Byte()}};
    header.sequence = peer_.theirs_ack[port] + static_cast<std::uint32_t>(static_cast<std::int8_t>(input_.Byte()));
    header.acknowledgment =
        peer_.theirs_end[port] + static_cast<std::uint32_t>(static_cast<std::int8_t>(input_.Byte()));
    if ((how & 2) != 0) header.sequence = input_.Long();
    if ((how & 4) != 0) header.acknowledgment = input_.Long();
    header.window = static_cast<std::uint16_t>(input_.Byte() << (how >> 5));
    header.urgent_pointer = input_.Byte();
    wire::TcpOptions options;
    if (header.flags.Has(wire::kSyn)) {
      options.maximum_segment_size = static_cast<std::uint16_t>(input_.Byte() * 8);
      options.window_scale = input_.Byte() % 20;
      options.may_sack = true;
    }
    if ((how & 8) != 0) {
      stamp_ += input_.Byte();
      options.timestamps = {.value = stamp_, .echo = input_.Long()};
    }
    if ((how & 16) != 0 && !header.flags.Has(wire::kSyn)) {
      options.sack_count = 1 + input_.Byte() % 2;
      for (std::size_t i = 0; i < options.sack_count; ++i) {
        const std::uint32_t left = peer_.theirs_end[port] - input_.Byte() * 40u;
        options.sacks[i] = {left, left + input_.Byte() * 20u};
      }
    }
    header.header_size = static_cast<std::uint8_t>(wire::kTcpSize + options.size());
    std::vector<std::byte> bytes(header.header_size + std::size_t{input_.Byte()} * 5);
    header.Write(bytes);
    options.Write(std::span(bytes).subspan(wire::kTcpSize));
    Deliver(bytes, how & 3);
  }

  // The program lets everything go, the peer is silent, and hours later nothing is left.
  void Finish() {
    hoard_.clear();
    peer_.refuses = false;
    for (Connection& connection : connections_) connection = {};
    listener_ = {};
    context_.Advance(Duration::Seconds(4 * 3600));
    Require(tcp_->connections() == 0 && tcp_->half_open() == 0 && tcp_->time_waits() == 0);
    Require(tcp_->memory_used() == 0);
    Require(context_.packets().free_count() == context_.packets().count());
    Require(context_.buffers().free_count() == context_.buffers().count());
  }

  Input& input_;
  TestContext context_{7, 64, 64, 512};
  Peer peer_;
  std::vector<std::byte> storage_;
  std::unique_ptr<Tcp> tcp_;
  Options options_;
  Listener listener_;
  std::array<Connection, 6> connections_;
  std::vector<Packet> hoard_;
  std::uint32_t stamp_ = 1;
};

}  // namespace
}  // namespace net::tcp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  net::tcp::Input input(std::span(data, size));
  net::tcp::World(input).Run();
  return 0;
}
