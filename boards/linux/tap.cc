// A tap interface of the Linux below. [Linux tuntap]
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>

#include "boards/linux/interface.h"
#include "boards/linux/paths.h"
#include "boards/linux/system_call.h"
#include "drivers/net/tap/tap.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/wire/address.h"

namespace board {
namespace {

using drivers::net_tap::Offload;
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

class File final : public drivers::net_tap::TapFile {
 public:
  constexpr File() = default;

  Result<void> Open(std::string_view name, Offload offload, bool can_receive_large);
  int number() const { return file_; }
  ReadableFile& readable() { return readable_; }

  long Read(std::span<const Piece> pieces) override {
    if (!readable_.IsWorthReading()) return -linux_abi::EAGAIN;
    return linux_abi::EnkelLinuxReadV(file_, pieces.data(), static_cast<int>(pieces.size()));
  }
  long Write(std::span<const Piece> pieces) override {
    return linux_abi::EnkelLinuxWriteV(file_, pieces.data(), static_cast<int>(pieces.size()));
  }
  void WakeWhenReadable() override { readable_.WakeWhenReadable(); }

 private:
  int file_ = -1;
  ReadableFile readable_;
};

Result<void> File::Open(std::string_view name, Offload offload, bool can_receive_large) {
  file_ = static_cast<int>(linux_abi::EnkelLinuxOpenAt(AT_FDCWD, kTapPath, O_RDWR | O_NONBLOCK | O_CLOEXEC, 0));
  if (file_ < 0) return Fail(Error::kNotFound);
  InterfaceRequest request;
  std::ranges::copy(name, request.name.begin());
  request.flags_or_family =
      static_cast<std::int16_t>(IFF_TAP | IFF_NO_PI | (offload == Offload::kBoth ? IFF_VNET_HDR : 0));
  if (const long result = linux_abi::EnkelLinuxIoctl(file_, TUNSETIFF, &request); result < 0) {
    return Fail(result == -linux_abi::EBUSY ? Error::kInUse : Error::kRefused);
  }
  std::uint64_t undone = 0;
  if (offload == Offload::kBoth) undone = can_receive_large ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 : TUN_F_CSUM;
  if (linux_abi::EnkelLinuxIoctl(file_, TUNSETOFFLOAD, reinterpret_cast<void*>(undone)) < 0) {
    return Fail(Error::kUnsupported);
  }
  return {};
}

[[clang::no_destroy]] constinit File file;
alignas(Tap) constinit std::array<std::byte, sizeof(Tap)> storage = {};

}  // namespace

Result<net::Device*> OpenTap(std::string_view name, bool has_offload, const DeviceUser& user) {
  const Offload offload = has_offload ? Offload::kBoth : Offload::kNone;
  const bool can_receive_large = drivers::net_tap::CanReceiveLargeSegments(user.buffers.capacity());
  if (Result<void> opened = file.Open(name, offload, can_receive_large); !opened) return Fail(opened.error());
  Result<net::MacAddress> mac = ReadInterfaceMac(file.number(), {});
  if (!mac) return Fail(mac.error());
  // Our end's: that of Linux' end but for one bit, and marked as local.
  mac->bytes[0] = (mac->bytes[0] & ~std::byte{1}) | std::byte{2};
  mac->bytes[5] ^= std::byte{1};
  Tap* const tap = new (storage.data()) Tap(file, offload, *mac, user.packets, user.buffers);
  if (Result<void> heard = file.readable().Listen(file.number(), "tap", user.waker); !heard) return Fail(heard.error());
  return tap;
}

}  // namespace board
