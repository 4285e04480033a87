// The network interfaces of the Linux below: what its two kinds of device share.
#ifndef ENKEL_BOARDS_LINUX_INTERFACE_H_
#define ENKEL_BOARDS_LINUX_INTERFACE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/interrupt.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace board {

inline constexpr std::size_t kMostInterfaceName = 15;  // characters

// struct ifreq, as far as it is used: a name; then flags, an index, or a family with an address.
struct InterfaceRequest {
  std::array<char, 16> name = {};
  std::int16_t flags_or_family = 0;
  std::array<std::byte, 6> mac = {};
  std::array<std::byte, 16> rest = {};
};
static_assert(sizeof(InterfaceRequest) == 40);

// Of an interface that a file is, or by its name. Errors: kUnsupported.
kernel::Result<net::MacAddress> ReadInterfaceMac(int file, std::string_view name);

// Wakes somebody once something can be read from a file.
class ReadableFile {
 public:
  constexpr ReadableFile() = default;

  // `name` lives for ever. Errors: those of kernel::interrupt::Register.
  kernel::Result<void> Listen(int file, const char* name, kernel::Waker& waker);
  void WakeWhenReadable() {
    is_asleep_ = true;
    registration_.Unmask();
  }

  // False: nothing was waiting, and the file has not asked since. True now and then all the same, for who never lets
  // the machine look. Without it each call of a POSIX socket would cost a system call.
  bool IsWorthReading() { return !is_asleep_ || ++unread_ % kUnreadBeforeATry == 0; }

 private:
  static constexpr unsigned kUnreadBeforeATry = 16;

  static void OnInterrupt(void* self);

  bool is_asleep_ = false;
  unsigned unread_ = 0;
  kernel::Waker* waker_ = nullptr;
  kernel::interrupt::Registration registration_;
};

// What OpenEthernet is given.
struct DeviceUser {
  net::PacketPool& packets;
  net::BufferPool& buffers;
  kernel::Waker& waker;
};

// Opens the interface of this name, of 1 to kMostInterfaceName characters, as board::OpenEthernet does. `has_offload`:
// checksums and the cutting of large segments are left to each other. Once.
kernel::Result<net::Device*> OpenTap(std::string_view name, bool has_offload, const DeviceUser& user);
kernel::Result<net::Device*> OpenPacketSocket(std::string_view name, bool has_offload, const DeviceUser& user);

}  // namespace board

#endif  // ENKEL_BOARDS_LINUX_INTERFACE_H_
