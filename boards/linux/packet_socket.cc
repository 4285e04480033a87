// Any interface of the Linux below, through a packet socket. [packet(7)]
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>

#include "boards/linux/interface.h"
#include "boards/linux/paths.h"
#include "boards/linux/system_call.h"
#include "drivers/net/packet_socket/packet_socket.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/wire/address.h"

namespace board {
namespace {

using drivers::net_packet_socket::Message;
using drivers::net_packet_socket::Offload;
using drivers::net_packet_socket::PacketSocket;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

// Linux uapi linux/net.h, asm-generic/fcntl.h, linux/socket.h.
constexpr int SOCK_RAW = 3;
constexpr int SOCK_NONBLOCK = 04000;
constexpr int SOCK_CLOEXEC = 02000000;
constexpr unsigned MSG_DONTWAIT = 0x40;

// Linux uapi linux/if_ether.h, in the network's order.
constexpr std::uint16_t ETH_P_ALL = std::byteswap(std::uint16_t{0x0003});

// Linux uapi linux/if_packet.h.
constexpr int PACKET_ADD_MEMBERSHIP = 1;
constexpr int PACKET_STATISTICS = 6;
constexpr int PACKET_VNET_HDR = 15;
constexpr int PACKET_IGNORE_OUTGOING = 23;
constexpr std::uint16_t PACKET_MR_ALLMULTI = 2;

struct Address {  // struct sockaddr_ll
  std::uint16_t family = AF_PACKET;
  std::uint16_t protocol = ETH_P_ALL;
  std::int32_t interface = 0;
  std::array<std::byte, 12> rest = {};
};
static_assert(sizeof(Address) == 20);

struct Membership {  // struct packet_mreq
  std::int32_t interface = 0;
  std::uint16_t type = PACKET_MR_ALLMULTI;
  std::array<std::byte, 10> rest = {};
};
static_assert(sizeof(Membership) == 16);

struct Statistics {  // struct tpacket_stats
  std::uint32_t packets = 0;
  std::uint32_t drops = 0;
};

// What may wait in the socket: some hundred segments of 64 KiB, as a peer's window allows.
constexpr int kWaitingBytes = 8 << 20;

class File final : public drivers::net_packet_socket::PacketFile {
 public:
  constexpr File() = default;

  Result<void> Open(std::string_view name);
  int number() const { return file_; }
  ReadableFile& readable() { return readable_; }

  std::size_t Receive(std::span<Message> messages) override {
    if (!readable_.IsWorthReading()) return 0;
    return CountOf(linux_abi::EnkelLinuxRecvMMsg(file_, messages.data(), static_cast<unsigned>(messages.size()),
                                                 MSG_DONTWAIT, nullptr));
  }
  std::size_t Send(std::span<Message> messages) override {
    return CountOf(
        linux_abi::EnkelLinuxSendMMsg(file_, messages.data(), static_cast<unsigned>(messages.size()), MSG_DONTWAIT));
  }
  std::uint64_t TakeDrops() override {
    Statistics statistics;
    unsigned size = sizeof(statistics);
    const long result = linux_abi::EnkelLinuxGetSockOpt(file_, SOL_PACKET, PACKET_STATISTICS, &statistics, &size);
    return result < 0 ? 0 : statistics.drops;
  }
  void WakeWhenReadable() override { readable_.WakeWhenReadable(); }

 private:
  static std::size_t CountOf(long result) { return result < 0 ? 0 : static_cast<std::size_t>(result); }

  template <typename T>
  bool Set(int level, int option, const T& value) {
    return linux_abi::EnkelLinuxSetSockOpt(file_, level, option, &value, sizeof(value)) == 0;
  }

  int file_ = -1;
  ReadableFile readable_;
};

// It is bound last: no frame of another interface comes before. What Linux itself sends is not for us.
Result<void> File::Open(std::string_view name) {
  file_ = static_cast<int>(linux_abi::EnkelLinuxSocket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (file_ < 0) return Fail(Error::kRefused);
  InterfaceRequest request;
  std::ranges::copy(name, request.name.begin());
  if (linux_abi::EnkelLinuxIoctl(file_, SIOCGIFINDEX, &request) < 0) return Fail(Error::kNotFound);
  // The index stands where flags and the first bytes of an address would.
  struct Index {
    std::array<char, 16> name;
    std::int32_t index;
    std::array<std::byte, 20> rest;
  };
  const std::int32_t index = std::bit_cast<Index>(request).index;
  if (!Set(SOL_PACKET, PACKET_VNET_HDR, 1) || !Set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) ||
      !Set(SOL_PACKET, PACKET_ADD_MEMBERSHIP, Membership{.interface = index})) {
    return Fail(Error::kUnsupported);
  }
  if (!Set(SOL_SOCKET, SO_RCVBUFFORCE, kWaitingBytes)) (void)Set(SOL_SOCKET, SO_RCVBUF, kWaitingBytes);
  const Address address = {.interface = index};
  if (linux_abi::EnkelLinuxBind(file_, &address, sizeof(address)) < 0) return Fail(Error::kRefused);
  return {};
}

[[clang::no_destroy]] constinit File file;
alignas(PacketSocket) constinit std::array<std::byte, sizeof(PacketSocket)> storage = {};

}  // namespace

Result<net::Device*> OpenPacketSocket(std::string_view name, bool has_offload, const DeviceUser& user) {
  if (Result<void> opened = file.Open(name); !opened) return Fail(opened.error());
  const Result<net::MacAddress> mac = ReadInterfaceMac(file.number(), name);
  if (!mac) return Fail(mac.error());
  const Offload offload = has_offload ? Offload::kTransmit : Offload::kNone;
  PacketSocket* const device = new (storage.data()) PacketSocket(file, offload, *mac, user.packets, user.buffers);
  if (Result<void> heard = file.readable().Listen(file.number(), "packet socket", user.waker); !heard) {
    return Fail(heard.error());
  }
  return device;
}

}  // namespace board
