// A tap interface of the Linux below, which the environment variable ENKEL_TAP names. [Linux tuntap]
#include "boards/ethernet.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "boards/linux/environment.h"
#include "boards/linux/interrupts.h"
#include "boards/linux/paths.h"
#include "boards/linux/system_call.h"
#include "drivers/net/tap/tap.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace board {
namespace {

using drivers::net_tap::Piece;
using drivers::net_tap::Tap;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

// Linux uapi asm-generic/fcntl.h.
constexpr int AT_FDCWD = -100;
constexpr int O_RDWR = 2;
constexpr int O_NONBLOCK = 04000;
constexpr int O_CLOEXEC = 02000000;

// Linux uapi linux/if_tun.h.
constexpr std::int16_t IFF_TAP = 0x0002;
constexpr std::int16_t IFF_NO_PI = 0x1000;
constexpr std::int16_t IFF_VNET_HDR = 0x4000;
constexpr unsigned TUN_F_CSUM = 1;
constexpr unsigned TUN_F_TSO4 = 2;
constexpr unsigned TUN_F_TSO6 = 4;

// struct ifreq, as far as it is used: a name, then flags, or a family with an address.
struct InterfaceRequest {
  std::array<char, 16> name = {};
  std::int16_t flags_or_family = 0;
  std::array<std::byte, 6> mac = {};
  std::array<std::byte, 16> rest = {};
};
static_assert(sizeof(InterfaceRequest) == 40);

constexpr std::size_t kMostNameSize = 15;

class File final : public drivers::net_tap::TapFile {
 public:
  constexpr File() = default;

  Result<void> Open(std::string_view name, bool can_receive_large);
  Result<net::MacAddress> ReadMac();
  Result<void> Listen(kernel::Waker& waker);

  long Read(std::span<const Piece> pieces) override {
    return linux_abi::EnkelLinuxReadV(file_, pieces.data(), static_cast<int>(pieces.size()));
  }
  long Write(std::span<const Piece> pieces) override {
    return linux_abi::EnkelLinuxWriteV(file_, pieces.data(), static_cast<int>(pieces.size()));
  }
  void WakeWhenReadable() override { registration_.Unmask(); }

 private:
  // The line asks as long as a frame waits: held back until all were read.
  static void OnInterrupt(void* self) {
    static_cast<File*>(self)->registration_.Mask();
    static_cast<File*>(self)->waker_->Wake();
  }

  int file_ = -1;
  kernel::Waker* waker_ = nullptr;
  kernel::interrupt::Registration registration_;
};

Result<void> File::Open(std::string_view name, bool can_receive_large) {
  if (name.empty() || name.size() > kMostNameSize) return Fail(Error::kNotFound);
  file_ = static_cast<int>(linux_abi::EnkelLinuxOpenAt(AT_FDCWD, kTapPath, O_RDWR | O_NONBLOCK | O_CLOEXEC, 0));
  if (file_ < 0) return Fail(Error::kNotFound);
  InterfaceRequest request;
  std::ranges::copy(name, request.name.begin());
  request.flags_or_family = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  if (const long result = linux_abi::EnkelLinuxIoctl(file_, TUNSETIFF, &request); result < 0) {
    return Fail(result == -linux_abi::EBUSY ? Error::kInUse : Error::kRefused);
  }
  const std::uint64_t offload = can_receive_large ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 : TUN_F_CSUM;
  if (linux_abi::EnkelLinuxIoctl(file_, TUNSETOFFLOAD, reinterpret_cast<void*>(offload)) < 0) {
    return Fail(Error::kUnsupported);
  }
  return {};
}

// Our end's address: that of Linux' end but for one bit, and marked as local.
Result<net::MacAddress> File::ReadMac() {
  InterfaceRequest request;
  if (linux_abi::EnkelLinuxIoctl(file_, SIOCGIFHWADDR, &request) < 0) return Fail(Error::kUnsupported);
  net::MacAddress mac = {request.mac};
  mac.bytes[0] = (mac.bytes[0] & ~std::byte{1}) | std::byte{2};
  mac.bytes[5] ^= std::byte{1};
  return mac;
}

Result<void> File::Listen(kernel::Waker& waker) {
  waker_ = &waker;
  Result<kernel::interrupt::Registration> made =
      kernel::interrupt::Register(LineOfFile(file_), kernel::interrupt::Trigger::kHighLevel, "tap", &OnInterrupt, this);
  if (!made) return Fail(made.error());
  registration_ = std::move(*made);
  return {};
}

[[clang::no_destroy]] constinit File file;
alignas(Tap) constinit std::array<std::byte, sizeof(Tap)> tap_storage = {};

}  // namespace

Result<net::Device*> OpenEthernet(net::PacketPool& packets, net::BufferPool& buffers, kernel::Waker& waker) {
  std::array<char, kMostNameSize + 1> name_storage;
  const std::string_view name = ReadEnvironment("ENKEL_TAP", name_storage);
  const bool can_receive_large = drivers::net_tap::CanReceiveLargeSegments(buffers.capacity());
  if (Result<void> opened = file.Open(name, can_receive_large); !opened) return Fail(opened.error());
  const Result<net::MacAddress> mac = file.ReadMac();
  if (!mac) return Fail(mac.error());
  Tap* const tap = new (tap_storage.data()) Tap(file, *mac, packets, buffers);
  if (Result<void> listening = file.Listen(waker); !listening) return Fail(listening.error());
  return tap;
}

}  // namespace board
