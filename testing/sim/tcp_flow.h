// Two programs with a TCP connection between them, each with habits of its own, which check every byte.
#ifndef ENKEL_TESTING_SIM_TCP_FLOW_H_
#define ENKEL_TESTING_SIM_TCP_FLOW_H_

#include <cstdint>
#include <optional>
#include <string>

#include "kernel/base/time.h"
#include "net/tcp/connection.h"
#include "net/tcp/listener.h"
#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "testing/sim/host.h"
#include "testing/sim/judge.h"
#include "testing/sim/stream.h"

namespace sim {

// What one end does.
struct Habits {
  std::uint64_t bytes = 0;                         // that it sends
  std::uint32_t write_size = 1000;                 // bytes at a time
  std::uint32_t read_size = 1000;                  // likewise
  kernel::Duration read_pause = {};                // between two reads; 0: as soon as there is something
  kernel::Duration think_time = {};                // before it reacts to a change; 0: within the call
  bool reads_packets = false;                      // ReadPacket instead of Read
  bool waits_for_peer = false;                     // sends only when the other's stream has ended
  std::optional<std::uint64_t> aborts_after = {};  // breaks off when it has written so many bytes
  net::tcp::Options options = {};
};

class TcpFlow;

// One end of a flow.
class TcpEnd final : private net::tcp::Observer {
 public:
  TcpEnd(TcpFlow& flow, const char* name, Host& host, const Habits& habits, std::uint64_t sent_key,
         std::uint64_t received_key)
      : flow_(flow), name_(name), host_(host), habits_(habits), sends_(sent_key), receives_(received_key) {}
  ~TcpEnd() { Release(); }
  TcpEnd(const TcpEnd&) = delete;
  TcpEnd& operator=(const TcpEnd&) = delete;

  void Adopt(net::tcp::Connection connection);

  // The handle goes, whatever state it is in.
  void Release();

  // Has said and heard all, or was told that it is over; the handle is gone.
  bool is_done() const { return is_done_; }
  bool has_connection() const { return static_cast<bool>(connection_) || is_done_; }
  std::uint64_t received() const { return received_; }
  std::uint64_t sent() const { return sent_; }
  std::optional<kernel::Error> error() const { return error_; }
  Host& host() { return host_; }
  const Habits& habits() const { return habits_; }

  // Looks again although nobody said that something changed: where memory ran out.
  void Poke() { Turn(); }

  std::string Describe() const;

 private:
  void OnChange() override;
  void Turn();
  void TakeTurn();
  void Read();
  bool ReadSome();
  void Write();
  void Check(std::uint64_t place, std::span<const std::byte> bytes);
  void FinishWith(std::optional<kernel::Error> error);

  TcpFlow& flow_;
  const char* name_;
  Host& host_;
  const Habits habits_;
  const Stream sends_;
  const Stream receives_;
  net::tcp::Connection connection_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  bool has_shut_down_ = false;
  bool has_read_end_ = false;
  bool has_aborted_ = false;
  bool turn_comes_ = false;
  bool is_in_turn_ = false;
  bool is_done_ = false;
  kernel::Instant may_read_at_;
  std::optional<kernel::Error> error_;
};

struct FlowOptions {
  std::uint16_t number = 0;
  bool is_ipv6 = false;
  bool has_listener = true;  // else nobody is there: refused
  kernel::Instant opens_at;
  Habits client;
  Habits server;
};

class TcpFlow final : private net::tcp::Observer {
 public:
  TcpFlow(Host& client, Host& server, const FlowOptions& options, Judge& judge);
  TcpFlow(const TcpFlow&) = delete;
  TcpFlow& operator=(const TcpFlow&) = delete;
  ~TcpFlow() = default;

  bool is_done() const;

  // Both have sent and received everything, and nobody broke off.
  bool IsComplete() const;

  // To be called when all is over: whether what happened is what should have.
  void Judge();

  // Drops all handles: the stacks are to finish alone. Events of this flow may still come, and find nothing to do.
  void Release();

  void Poke();
  void Complain(const std::string& what);
  std::string Describe() const;
  const FlowOptions& options() const { return options_; }
  TcpEnd& client() { return client_; }
  TcpEnd& server() { return server_; }

 private:
  void OnChange() override;
  void Open();
  bool IsBroken() const;

  const FlowOptions options_;
  sim::Judge& judge_;
  net::tcp::Listener listener_;
  TcpEnd client_;
  TcpEnd server_;
  bool is_opened_ = false;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_TCP_FLOW_H_
