// The program of stack_fuzz's host: holds a few of all that a program can hold, and does with it what its input says.
#ifndef ENKEL_TESTING_FUZZ_STACK_PROGRAM_H_
#define ENKEL_TESTING_FUZZ_STACK_PROGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "kernel/base/time.h"
#include "net/dhcp/configurator.h"
#include "net/dns/over_tcp.h"
#include "net/dns/resolver.h"
#include "net/icmp/ping.h"
#include "net/icmpv6/ping.h"
#include "net/igmp/igmp.h"
#include "net/mld/mld.h"
#include "net/ndp/autoconfigurator.h"
#include "net/ndp/temporary.h"
#include "net/tcp/connection.h"
#include "net/tcp/listener.h"
#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "net/udp/socket.h"
#include "net/wire/address.h"
#include "testing/fuzz/stack/steps.h"
#include "testing/sim/host.h"

namespace fuzz {

// What a program gets to see, for who wants to know whether it went well.
struct ProgramCounters {
  std::uint64_t connected = 0;  // connections that were established
  std::uint64_t read_bytes = 0;
  std::uint64_t datagrams = 0;
  std::uint64_t echoes = 0;
  std::uint64_t names = 0;  // that were resolved
};

// Who is who: numbers of hosts, and ports from which on each listens and binds.
struct Side {
  std::uint16_t self;
  std::uint16_t other;
  std::uint16_t own_port;    // of listeners and of sockets
  std::uint16_t other_port;  // whom connections and datagrams go to
};
inline constexpr Side kHostSide = {.self = 1, .other = 2, .own_port = 80, .other_port = 7000};
inline constexpr Side kPeerSide = {.self = 2, .other = 1, .own_port = 7000, .other_port = 80};

class Program final : private net::dhcp::ConfigurationObserver,
                      private net::dns::LookupObserver,
                      private net::icmp::Ping::Observer,
                      private net::icmpv6::Ping::Observer,
                      private net::ndp::DnsListener,
                      private net::udp::Observer {
 public:
  // Of the host that it is the program of: few of everything, so that all of it runs out.
  static sim::HostOptions OptionsOfHost();

  explicit Program(sim::Host& host, const Side& side = kHostSide);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Takes a step of the program's, and what it needs from `input`.
  void Take(Step step, Input& input);

  // Lets everything go.
  void Stop();

  // Whether it holds anything that may hold packets or buffers, or make some be sent.
  bool IsIdle() const;
  std::size_t connections() const;  // handles
  const ProgramCounters& counters() const { return counters_; }
  const net::dhcp::Configurator& dhcp() const { return dhcp_; }

 private:
  static constexpr std::size_t kListeners = 2;
  static constexpr std::size_t kSockets = 3;
  static constexpr std::size_t kLookups = 2;
  static constexpr std::size_t kGroups = 4;

  // A connection and who looks after it: an eager one reads all that comes, writes it back, and goes when all is said.
  struct Talk final : net::tcp::Observer {
    void OnChange() override;
    void Adopt(Program& its_program, net::tcp::Connection its_connection, bool its_eagerness);

    Program* program = nullptr;
    net::tcp::Connection connection;
    bool is_eager = false;
    bool was_established = false;
    bool is_busy = false;
  };

  void TakeTcp(Step step, Input& input);
  void TakeConnection(Step step, net::tcp::Connection& connection, Input& input);
  void TakeUdp(Step step, Input& input);
  void Connect(Input& input);
  void Listen(Input& input);
  void Accept(Input& input);
  void Send(Input& input);
  void Receive(net::udp::Socket& socket);
  void Join(Input& input);
  void Ping(Input& input);
  void LookUp(Input& input);
  Talk* FreeTalk();
  net::tcp::Options OptionsOf(std::uint8_t choice) const;
  net::IpAddress AddressOf(std::uint8_t choice) const;

  void OnConfiguration() override {}
  void OnResolved(net::dns::Lookup& lookup) override;
  void OnReply(const net::icmp::Ping::Reply& reply, const net::Packet& payload) override;
  void OnReply(const net::icmpv6::Ping::Reply& reply, const net::Packet& payload) override;
  void OnDnsServer(net::ipv6::Link&, const net::Ipv6Address&, kernel::Instant) override {}
  void OnChange(net::udp::Socket& socket) override;

  sim::Host& host_;
  const Side side_;
  ProgramCounters counters_;
  std::vector<std::byte> cache_storage_;
  std::array<Talk, 6> talks_;
  std::array<net::tcp::Listener, kListeners> listeners_;
  std::array<std::unique_ptr<net::udp::Socket>, kSockets> sockets_;
  std::array<bool, 2 * kGroups> is_member_ = {};
  net::dhcp::Configurator dhcp_;
  net::mld::Reporter reporter_;
  net::mld::Mld mld_;
  net::igmp::Igmp igmp_;
  net::ndp::Autoconfigurator autoconfigurator_;
  net::ndp::TemporaryAddresses temporary_;
  net::dns::Resolver resolver_;
  net::dns::OverTcp over_tcp_;
  std::array<std::unique_ptr<net::dns::Lookup>, kLookups> lookups_;
  net::icmp::Ping ping_;
  std::unique_ptr<net::icmpv6::Ping> ping6_;
};

}  // namespace fuzz

#endif  // ENKEL_TESTING_FUZZ_STACK_PROGRAM_H_
