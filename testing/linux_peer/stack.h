// A stack on the board's Ethernet device, with an address from the command line.
#ifndef ENKEL_TESTING_LINUX_PEER_STACK_H_
#define ENKEL_TESTING_LINUX_PEER_STACK_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "boards/ethernet.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/event/polled.h"
#include "net/context.h"
#include "net/icmp/icmp.h"
#include "net/interface/coalescing.h"
#include "net/interface/interface.h"
#include "net/interface/segmentation.h"
#include "net/ipv4/ipv4.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/route/table.h"
#include "net/stack/stack.h"
#include "net/tcp/tcp.h"
#include "net/test_context.h"
#include "net/udp/socket.h"
#include "net/udp/udp.h"
#include "net/wire/address.h"

namespace linux_peer {

inline constexpr std::size_t kPackets = 4096;
inline constexpr std::size_t kBuffers = 4096;
inline constexpr std::size_t kBufferSize = 4096;

// "10.9.9.2"
inline net::Ipv4Address ParseIpv4(const char* text) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    char* end = nullptr;
    value = value << 8 | static_cast<std::uint32_t>(std::strtoul(text, &end, 10));
    text = end + 1;
  }
  return {value};
}

// Made in main(), and there until the end.
class Stack final : private kernel::Poller {
 public:
  explicit Stack(net::Ipv4Address address)
      : interface_(context_, OpenDevice(), {}),
        routes_(random_, route_storage_),
        ipv4_(context_, routes_, {}, ipv4_storage_),
        icmp_(context_, ipv4_),
        udp_(context_, ipv4_, udp_buckets_),
        tcp_(context_, ipv4_, kTcp, tcp_storage_),
        stack_(context_) {
    interface_.UseSegmenter(segmenter_);
    interface_.UseBatchFilter(coalescer_);
    context_.SetNow(board::Now());
    ipv4_.Attach(interface_);
    stack_.Add(interface_);
    if (!ipv4_.AddAddress(interface_, address, 24)) std::abort();
    polled_.Wake();
  }

  net::Context& context() { return context_; }
  net::tcp::Tcp& tcp() { return tcp_; }
  net::udp::Udp& udp() { return udp_; }
  net::BufferPool& buffers() { return buffers_; }
  net::Interface& interface() { return interface_; }
  net::icmp::Icmp& icmp() { return icmp_; }

 private:
  static constexpr net::tcp::Config kTcp = {};

  kernel::Instant Poll(kernel::Instant now) override { return stack_.Poll(now); }

  net::Device& OpenDevice() {
    const kernel::Result<net::Device*> device = board::OpenEthernet(packets_, buffers_, polled_);
    if (!device) {
      std::printf("no Ethernet device: error %d\n", static_cast<int>(device.error()));
      std::exit(1);
    }
    return **device;
  }

  net::SeededRandom random_{static_cast<std::uint64_t>(board::Now().nanoseconds)};
  std::vector<std::byte> packet_storage_ = std::vector<std::byte>(net::PacketPool::StorageFor(kPackets));
  std::vector<std::byte> buffer_storage_ = std::vector<std::byte>(net::BufferPool::StorageFor(kBuffers, kBufferSize));
  std::vector<std::byte> ipv4_storage_ = std::vector<std::byte>(net::ipv4::Ipv4::StorageFor({}));
  std::vector<std::byte> tcp_storage_ = std::vector<std::byte>(net::tcp::Tcp::StorageFor(kTcp));
  std::array<net::RouteTable::Entry, 16> route_storage_;
  std::array<net::udp::Socket*, 16> udp_buckets_ = {};
  net::PacketPool packets_{packet_storage_};
  net::BufferPool buffers_{buffer_storage_, kBufferSize};
  kernel::event::Polled polled_{*this};
  net::Context context_{random_, packets_, buffers_, polled_};
  net::Interface interface_;
  net::SoftwareSegmenter segmenter_;
  net::Coalescer coalescer_;
  net::RouteTable routes_;
  net::ipv4::Ipv4 ipv4_;
  net::icmp::Icmp icmp_;
  net::udp::Udp udp_;
  net::tcp::Tcp tcp_;
  net::Stack stack_;
};

}  // namespace linux_peer

#endif  // ENKEL_TESTING_LINUX_PEER_STACK_H_
