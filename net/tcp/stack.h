// What the parts of this folder share: one a Tcp, in its storage.
#ifndef ENKEL_NET_TCP_STACK_H_
#define ENKEL_NET_TCP_STACK_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/tcp/budget.h"
#include "net/tcp/challenge.h"
#include "net/tcp/connection_table.h"
#include "net/tcp/control_block.h"
#include "net/tcp/counters.h"
#include "net/tcp/half_open.h"
#include "net/tcp/listener_table.h"
#include "net/tcp/pool.h"
#include "net/tcp/ports.h"
#include "net/tcp/scoreboard.h"
#include "net/tcp/tcp.h"
#include "net/tcp/time_wait.h"
#include "net/timers.h"

namespace net::tcp {

// Cuts storage into parts, from its front.
class Cutter {
 public:
  explicit Cutter(std::span<std::byte> storage) : rest_(storage) {}
  std::span<std::byte> Cut(std::size_t size) {
    CHECK(size <= rest_.size());
    const std::span<std::byte> part = rest_.first(size);
    rest_ = rest_.subspan(size);
    return part;
  }

 private:
  std::span<std::byte> rest_;
};

// A timer that a connection left running when it ended, for the next one that needs a timer: most connections are over
// before theirs would ring, and taking it over costs nothing of what setting and cancelling one among thousands does.
struct SpareTimer : Timer {
  constexpr SpareTimer() : Timer([](Timer&, kernel::Instant) {}) {}
};

struct Stack final : Transport, HalfOpen::User {
  Stack(Context& its_context, Ip& its_ip, const Config& its_config, Cutter cutter);
  ~Stack();
  static std::size_t StorageFor(const Config& config);

  // ---- Transport
  Verdict Receive(Packet& packet, const IpReceived& received) override;            // receive.cc
  void OnError(const IpError& error, std::span<const std::byte> quoted) override;  // icmp_errors.cc
  void OnPathsChanged() override { ++path_generation; }

  // ---- HalfOpen::User
  void SendSynAckAgain(HalfOpenEntry& entry, kernel::Instant now) override;  // listen.cc
  void OnGaveUp(HalfOpenEntry& entry) override;

  kernel::Instant now() const { return context.now(); }

  Context& context;
  Ip& ip;
  Config config;
  Counters counters;
  EndsHash hash_of;
  std::uint32_t path_generation = 0;
  kernel::Instant cookies_until = {};  // the last cookie that was sent is good until then
  ChallengeLimit challenge_limit;
  Budget budget;
  Ports ports;
  Pool<ReceivedRange> received_ranges;
  Pool<SentRange> sent_ranges;
  Pool<SendSlice> send_slices;
  Pool<ControlBlock> blocks;
  ConnectionTable connections;
  ListenerTable listeners;
  HalfOpen half_open;
  TimeWait time_wait;
  SpareTimer spare_timer;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_STACK_H_
