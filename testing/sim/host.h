// A host of a simulation: a whole stack with memory, a clock and a network card of its own.
#ifndef ENKEL_TESTING_SIM_HOST_H_
#define ENKEL_TESTING_SIM_HOST_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/device.h"
#include "net/icmp/icmp.h"
#include "net/interface/interface.h"
#include "net/interface/segmentation.h"
#include "net/ip/ip.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/stack/stack.h"
#include "net/tcp/tcp.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "testing/sim/network_card.h"
#include "testing/sim/plain_ip.h"
#include "testing/sim/whole_ip.h"
#include "testing/sim/world.h"

namespace sim {

struct HostOptions {
  std::uint16_t number = 1;  // its MAC address is MacOf(number), its addresses are Ipv4Of(number) and Ipv6Of(number)
  std::size_t packets = 512;
  std::size_t buffers = 512;
  std::size_t buffer_size = 2048;      // bytes
  kernel::Duration clock_offset = {};  // what its clock shows when the world begins
  std::int32_t clock_skew = 0;         // microseconds that it gains a second
  net::DeviceCapabilities card = {.mac = {}, .most_slices = net::kMostSlices};
  CardOptions card_options = {};
  bool has_plain_ip = false;  // PlainIp instead of ARP, IPv4, ICMP, neighbour discovery, IPv6 and ICMPv6
  net::tcp::Config tcp = {};
};

// The world outlives it, and so does the cable of its card.
class Host final : private kernel::Waker {
 public:
  Host(World& world, const HostOptions& options);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host();

  std::uint16_t number() const { return options_.number; }
  std::int32_t clock_skew() const { return options_.clock_skew; }
  World& world() { return world_; }
  NetworkCard& card() { return card_; }
  net::Context& context() { return context_; }
  net::Interface& interface() { return interface_; }
  net::Ip& ip() { return *ip_; }
  net::icmp::Icmp* icmp() { return whole_ip_ ? &whole_ip_->icmp() : nullptr; }  // null: plain IP has none
  WholeIp* whole_ip() { return whole_ip_.get(); }                               // null: it has plain IP
  net::udp::Udp& udp() { return udp_; }
  net::tcp::Tcp& tcp() { return tcp_; }
  net::PacketPool& packets() { return packets_; }
  net::BufferPool& buffers() { return buffers_; }

  // What its clock shows.
  kernel::Instant Now() const { return LocalTime(world_.now()); }

  // A call of the program's: brings the stack's time up to date first, as a real loop does.
  template <typename Call>
  auto Do(Call call) {
    context_.SetNow(Now());
    return call();
  }

  // A packet with these bytes as payload; no packet when a pool is empty.
  net::Packet PacketOf(std::span<const std::byte> bytes);

  // Takes memory away until GiveBack: all but so many free packets and buffers, so that the next ones are refused.
  void Starve(std::size_t packets_left, std::size_t buffers_left);
  void GiveBack();

  bool HasAllMemory() const;  // all packets and buffers are at home

  // Whether that is so, and TCP has forgotten every connection.
  bool IsAtRest() const;
  std::string Describe() const;  // what is not at rest

 private:
  void Wake() override;
  void PollAt(kernel::Instant when);
  void Poll();
  kernel::Instant LocalTime(kernel::Instant world) const;
  kernel::Instant WorldTime(kernel::Instant local) const;

  World& world_;
  const HostOptions options_;
  net::SeededRandom random_;
  std::vector<std::byte> packet_storage_;
  std::vector<std::byte> buffer_storage_;
  std::vector<std::byte> tcp_storage_;
  net::PacketPool packets_;
  net::BufferPool buffers_;
  net::Context context_;
  NetworkCard card_;
  net::Interface interface_;
  net::SoftwareSegmenter segmenter_;
  net::Stack stack_;
  std::unique_ptr<PlainIp> plain_ip_;
  std::unique_ptr<WholeIp> whole_ip_;
  net::Ip* ip_;
  std::vector<net::udp::Socket*> udp_buckets_;
  net::udp::Udp udp_;
  net::tcp::Tcp tcp_;
  std::vector<net::Packet> starved_packets_;
  std::vector<net::Buffer> starved_buffers_;
  kernel::Instant next_poll_ = kernel::kNever;  // of the world's time
  std::uint64_t poll_number_ = 0;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_HOST_H_
