// One end of the benchmark on our stack, as a program uses it: observers, ReadPacket (lwIP's programs get its buffers,
// too) and Write.
#include "testing/bench/net/enkel_peer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "kernel/random/siphash.h"
#include "net/context.h"
#include "net/interface/coalescing.h"
#include "net/interface/interface.h"
#include "net/interface/segmentation.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/packet_from.h"
#include "net/random_source.h"
#include "net/route/table.h"
#include "net/stack/stack.h"
#include "net/tcp/connection.h"
#include "net/tcp/listener.h"
#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "net/tcp/tcp.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"
#include "testing/bench/net/wire_device.h"

namespace bench {
namespace {

using kernel::Instant;
using net::tcp::Connection;

// Among 100,000 connections 20,000 responses wait for a delayed acknowledgment.
constexpr std::size_t kPackets = 32 * 1024;
constexpr std::size_t kBuffers = 32 * 1024;
constexpr std::size_t kBufferSize = 2048;

// As lwIP's: what is on the way at most.
constexpr std::uint32_t kWindow = 256 * 1024;

constexpr net::Ipv4Address AddressOf(int side) {
  return net::Ipv4Address::Of(10, 0, 0, static_cast<std::uint8_t>(1 + side));
}

// From `new`, and never freed: a process has one world.
std::span<std::byte> Storage(std::size_t size) { return {new std::byte[size](), size}; }

net::tcp::Config TcpConfig(unsigned connections) {
  return {.connections = connections,
          .listeners = 16,
          .half_open = 1024,
          .time_waits = 4096,
          .ranges = 32 * 1024,
          .send_slices = 32 * 1024,
          .memory = std::size_t{512} << 20};
}

net::tcp::Options TcpOptions() {
  return {.has_no_delay = true, .may_ecn = false, .send_limit = kWindow, .receive_limit = kWindow};
}

net::ipv4::Config Ipv4Config() {
  return {.neighbors = 8,
          .path_mtus = 8,
          .reassembly = {.most_datagrams = 4, .most_buffers = 64, .most_buffers_of_source = 48}};
}

// Hashes as an image does.
class Random final : public net::RandomSource {
 public:
  explicit Random(std::uint64_t seed) : numbers_(seed), key_{numbers_.Next(), numbers_.Next()} {}
  std::uint64_t Next() override { return numbers_.Next(); }
  std::uint64_t Hash(std::span<const std::byte> bytes) override { return kernel::random::SipHash(key_, bytes); }

 private:
  net::SeededRandom numbers_;
  kernel::random::SipHashKey key_;
};

class Waker final : public kernel::Waker {
 public:
  void Wake() override {}
};

class Host;

// The server's side of a connection: reads what comes; answers requests, or forgets.
class Served final : public net::tcp::Observer {
 public:
  explicit Served(Host& host) : host_(host) {}
  void Begin(Connection connection, bool answers) {
    connection_ = std::move(connection);
    answers_ = answers;
    have_ = 0;
    connection_.SetObserver(this);
    OnChange();
  }
  void OnChange() override;

 private:
  void Close();

  Host& host_;
  Connection connection_;
  bool answers_ = false;
  std::size_t have_ = 0;  // bytes of a request
};

// The client's side.
class Client final : public net::tcp::Observer {
 public:
  explicit Client(Host& host) : host_(host) {}
  void Begin(Connection connection) {
    connection_ = std::move(connection);
    awaited_ = 0;
    connection_.SetObserver(this);
  }
  void End() { connection_ = Connection(); }
  void OnChange() override;

  bool IsConnected() const { return connection_.IsEstablished(); }
  bool IsGone() const { return connection_.IsFinished(); }
  std::size_t Write(std::size_t size);
  void Close() { connection_.ShutDownWrite(); }

 private:
  Host& host_;
  Connection connection_;
  std::size_t awaited_ = 0;  // bytes of responses
};

class Acceptor final : public net::tcp::Observer {
 public:
  Acceptor(Host& host, std::uint16_t port);
  void OnChange() override;

 private:
  Host& host_;
  net::tcp::Listener listener_;
  bool answers_;
};

class Host final : public net::udp::Observer {
 public:
  explicit Host(const PeerConfig& config)
      : side_(config.side),
        random_(static_cast<std::uint64_t>(config.side) + 1),
        packets_(Storage(net::PacketPool::StorageFor(kPackets))),
        buffers_(Storage(net::BufferPool::StorageFor(kBuffers, kBufferSize)), kBufferSize),
        context_(random_, packets_, buffers_, waker_),
        device_(config, packets_, buffers_),
        interface_(context_, device_, {}),
        segmenter_(),
        routes_(random_, entries_),
        ipv4_(context_, routes_, Ipv4Config(), Storage(net::ipv4::Ipv4::StorageFor(Ipv4Config()))),
        udp_(context_, ipv4_, buckets_),
        tcp_(context_, ipv4_, TcpConfig(config.most_connections),
             Storage(net::tcp::Tcp::StorageFor(TcpConfig(config.most_connections)))),
        stack_(context_),
        socket_(udp_, this) {
    interface_.UseSegmenter(segmenter_);
    interface_.UseBatchFilter(coalescer_);
    ipv4_.Attach(interface_);
    stack_.Add(interface_);
    if (!ipv4_.AddAddress(interface_, AddressOf(side_), 24)) __builtin_trap();
    // Made before they are needed, as lwIP's end has them.
    clients_.reserve(config.most_connections);
    while (clients_.size() < config.most_connections) clients_.emplace_back(*this);
  }

  void SetChecksums(bool on) { device_.SetOffload(!on); }
  void Poll(Instant now) {
    while (stack_.Poll(now) <= now) {
    }
  }

  void Serve() {
    sink_.emplace(*this, kSinkPort);
    for (std::uint16_t i = 0; i < kServerPorts; ++i) {
      servers_[i].emplace(*this, static_cast<std::uint16_t>(kServerPort + i));
    }
    is_server_ = true;
    if (!socket_.Bind({{}, kEchoPort})) __builtin_trap();
  }

  int Connect(std::uint16_t port) {
    auto connection = tcp_.Connect({}, {AddressOf(1 - side_), port}, TcpOptions());
    if (!connection) return -1;
    const int number = free_number_ >= 0 ? free_number_ : count_++;
    free_number_ = -1;
    client(number).Begin(std::move(*connection));
    return number;
  }
  Client& client(int number) { return clients_[static_cast<std::size_t>(number)]; }
  bool IsGone(int number) {
    if (!client(number).IsGone()) return false;
    client(number).End();
    free_number_ = number;
    return true;
  }

  // UDP: the server sends back what came, the client counts it.
  void OnChange(net::udp::Socket& socket) override {
    while (socket.CanReceive()) {
      auto datagram = socket.Receive();
      if (!datagram) return;
      if (is_server_) {
        (void)socket.SendTo(std::move(datagram->payload), datagram->source);
      } else {
        ++replies_;
      }
    }
  }
  void SendDatagram(std::size_t size) {
    auto packet = net::PacketFrom(context_, std::span(payload_).first(size));
    if (packet) (void)socket_.SendTo(std::move(*packet), {AddressOf(1 - side_), kEchoPort});
  }

  void Serve(Connection connection, bool answers) {
    Served* served = nullptr;
    if (spare_.empty()) {
      served = new Served(*this);
    } else {
      served = spare_.back();
      spare_.pop_back();
    }
    served->Begin(std::move(connection), answers);
  }
  void Forget(Served* served) { spare_.push_back(served); }

  net::tcp::Tcp& tcp() { return tcp_; }
  std::span<const std::byte> payload() const { return payload_; }

  std::uint64_t sunk_ = 0;
  std::uint64_t responses_ = 0;
  std::uint64_t replies_ = 0;

 private:
  int side_;
  bool is_server_ = false;
  Waker waker_;
  Random random_;
  net::PacketPool packets_;
  net::BufferPool buffers_;
  net::Context context_;
  WireDevice device_;
  net::Interface interface_;
  net::SoftwareSegmenter segmenter_;
  net::Coalescer coalescer_;
  std::array<net::RouteTable::Entry, 8> entries_;
  net::RouteTable routes_;
  net::ipv4::Ipv4 ipv4_;
  std::array<net::udp::Socket*, 8> buckets_ = {};
  net::udp::Udp udp_;
  net::tcp::Tcp tcp_;
  net::Stack stack_;
  net::udp::Socket socket_;
  std::optional<Acceptor> sink_;
  std::array<std::optional<Acceptor>, kServerPorts> servers_;
  std::vector<Client> clients_;
  std::vector<Served*> spare_;
  int count_ = 0;
  int free_number_ = -1;
  std::array<std::byte, 128 * 1024> payload_ = {};  // a run of bulk transfer is one Write, as lwIP's is one tcp_output
};

// The peer has closed, and so do we, as lwIP's end does: at once, so that one segment says both.
void Served::Close() {
  connection_ = Connection();
  host_.Forget(this);
}

void Served::OnChange() {
  while (connection_.CanRead()) {
    const auto packet = connection_.ReadPacket();
    if (!packet || !*packet) return Close();
    if (!answers_) {
      host_.sunk_ += packet->size();
      continue;
    }
    for (have_ += packet->size(); have_ >= kRequestSize; have_ -= kRequestSize) {
      (void)connection_.Write(host_.payload().first(kResponseSize));
    }
  }
}

void Client::OnChange() {
  while (connection_.CanRead()) {
    const auto packet = connection_.ReadPacket();
    if (!packet || !*packet) return;
    awaited_ -= packet->size();
    if (awaited_ == 0) ++host_.responses_;
  }
}

std::size_t Client::Write(std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const auto count = connection_.Write(host_.payload().first(std::min(size - done, host_.payload().size())));
    if (!count) break;
    done += *count;
  }
  if (done == kRequestSize) awaited_ += kResponseSize;
  return done;
}

Acceptor::Acceptor(Host& host, std::uint16_t port) : host_(host), answers_(port != kSinkPort) {
  auto listener = host.tcp().Listen({{}, port}, 1024, TcpOptions());
  if (!listener) __builtin_trap();
  listener_ = std::move(*listener);
  listener_.SetObserver(this);
}

void Acceptor::OnChange() {
  while (auto connection = listener_.Accept()) host_.Serve(std::move(*connection), answers_);
}

// A table of functions needs functions: one set an end.
template <int kEnd>
struct End {
  static inline Host* host = nullptr;

  static constexpr Peer kPeer = {
      .Start = [](const PeerConfig* config) { host = new Host(*config); },
      .SetChecksums = [](int on) { host->SetChecksums(on != 0); },
      .Poll = [](std::uint64_t now) { host->Poll(Instant{static_cast<std::int64_t>(now)}); },
      .Serve = [] { host->Serve(); },
      .Connect = [](std::uint16_t port) { return host->Connect(port); },
      .IsConnected = [](int connection) -> int { return host->client(connection).IsConnected(); },
      .Close = [](int connection) { host->client(connection).Close(); },
      .IsGone = [](int connection) -> int { return host->IsGone(connection); },
      .Write = [](int connection, std::size_t size) { return host->client(connection).Write(size); },
      .Sunk = [] { return host->sunk_; },
      .Responses = [] { return host->responses_; },
      .Replies = [] { return host->replies_; },
      .SendDatagram = [](std::size_t size) { host->SendDatagram(size); },
      .DropTimeWait = [] {},
  };
};

}  // namespace
}  // namespace bench

const Peer enkel_peer_a = bench::End<0>::kPeer;
const Peer enkel_peer_b = bench::End<1>::kPeer;
