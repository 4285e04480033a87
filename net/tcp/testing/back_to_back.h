// Two TCPs and a bad link between them, in virtual time: what one sends, the other gets, late, twice, or never.
#ifndef ENKEL_NET_TCP_TESTING_BACK_TO_BACK_H_
#define ENKEL_NET_TCP_TESTING_BACK_TO_BACK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/tcp/tcp.h"
#include "net/test_context.h"
#include "net/wire/address.h"

namespace net::tcp {

// What the link does to packets; chances in 1/1000.
struct Weather {
  std::uint32_t loss = 0;
  std::uint32_t duplication = 0;
  std::uint32_t corruption = 0;
  std::uint32_t reordering = 0;  // held back for up to `jitter`
  kernel::Duration delay = kernel::Duration::Milliseconds(5);
  kernel::Duration jitter = kernel::Duration::Milliseconds(20);
  std::uint16_t mtu = 1500;
  std::uint32_t largest_segment = 0;  // what the link cuts itself; 0: nothing
};

class BackToBack {
 public:
  BackToBack(std::uint64_t seed, const Weather& weather, const Config& config = {.connections = 16});
  ~BackToBack();

  Tcp& tcp(int side) { return *hosts_[side]->tcp; }
  TestContext& context(int side) { return hosts_[side]->context; }
  IpAddress address(int side) const;
  Weather& weather() { return weather_; }
  std::uint64_t packets() const { return packets_; }

  // Lets one thing happen: an arrival or a timer. False: nothing will ever happen, or nothing before `end`.
  bool Step(kernel::Instant end);
  kernel::Instant now() const { return now_; }

 private:
  class Link final : public Ip {
   public:
    Link(BackToBack& owner, int side) : owner_(owner), side_(side) {}
    kernel::Result<Path> FindPath(const IpAddress& source, const IpAddress& destination, Interface*) override;
    kernel::Result<void> Send(Packet packet, const IpSend& send) override;
    void Register(wire::IpProtocol, Transport& transport) override { transport_ = &transport; }
    bool IsOurs(const IpAddress& address) const override { return address == owner_.address(side_); }
    void ConfirmReachable(const IpAddress&) override {}
    void ReducePathMtu(const IpAddress&, std::uint32_t) override {}
    Transport& transport() { return *transport_; }

   private:
    BackToBack& owner_;
    int side_;
    Transport* transport_ = nullptr;
  };

  struct Host {
    Host(BackToBack& owner, int side, std::uint64_t seed, const Config& config);
    TestContext context;
    Link link;
    std::vector<std::byte> storage;
    std::unique_ptr<Tcp> tcp;
  };

  struct Flight {
    kernel::Instant at;
    std::uint64_t order;
    int to;
    std::vector<std::byte> bytes;
    std::uint8_t traffic_class;
    bool operator<(const Flight& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void Launch(int to, std::vector<std::byte> bytes, const IpSend& send);
  void Arrive(const Flight& flight);

  Weather weather_;
  SeededRandom random_;
  kernel::Instant now_;
  std::uint64_t packets_ = 0;
  std::priority_queue<Flight> flights_;
  std::unique_ptr<Host> hosts_[2];
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_TESTING_BACK_TO_BACK_H_
