// The first virtio-net device of QEMU's command line: `-netdev ... -device virtio-net-device,netdev=...`.
#include "boards/ethernet.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <utility>

#include "boards/virt/addresses.h"
#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/mmio.h"
#include "drivers/bus/virtio/transport.h"
#include "drivers/net/virtio_net/virtio_net.h"
#include "kernel/base/address.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/memory/memory.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace board {
namespace {

using drivers::net_virtio::VirtioNet;
using drivers::virtio::Mmio;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

constexpr std::uint32_t kSlots = 32;
// Of slot 0. QEMU's tree calls the lines edges, but a device holds its line until it is told that it was heard: as a
// level it is heard, too, when it asked before anybody listened.
constexpr std::uint32_t kFirstLine = 32 + 16;

// Devices see physical addresses, and the CPU's caches with them.
class Domain final : public drivers::DmaDomain {
 public:
  drivers::BusAddress AddressOf(const void* byte) const override {
    return {kernel::memory::PhysicalOf({reinterpret_cast<std::uintptr_t>(byte)}).value};
  }
};

constexpr kernel::VirtualAddress SlotAt(std::uint32_t slot) {
  return {kVirtioDevices.value + std::uint64_t{slot} * Mmio::kSlotSize};
}

// QEMU fills the slots from the last one down.
std::optional<std::uint32_t> FindNetwork() {
  for (std::uint32_t slot = kSlots; slot-- > 0;) {
    if (Mmio(SlotAt(slot)).Identify() == drivers::virtio::DeviceType::kNetwork) return slot;
  }
  return std::nullopt;
}

struct Card {
  VirtioNet* net = nullptr;
  kernel::Waker* waker = nullptr;
  kernel::interrupt::Registration registration;

  static void OnInterrupt(void* self) {
    Card& card = *static_cast<Card*>(self);
    if (card.net->OnInterrupt()) card.waker->Wake();
  }
};

constinit const Domain domain;
constinit Mmio transport{kernel::VirtualAddress{}};
constinit VirtioNet::Memory memory = {};
alignas(VirtioNet) constinit std::array<std::byte, sizeof(VirtioNet)> storage = {};
[[clang::no_destroy]] constinit Card card;

}  // namespace

Result<net::Device*> OpenEthernet(net::PacketPool& packets, net::BufferPool& buffers, kernel::Waker& waker) {
  const std::optional<std::uint32_t> slot = FindNetwork();
  if (!slot) return Fail(Error::kNotFound);
  transport = Mmio(SlotAt(*slot));
  const auto features = VirtioNet::Negotiate(transport, buffers.capacity());
  if (!features) return Fail(features.error());
  card.waker = &waker;
  card.net = new (storage.data()) VirtioNet(transport, *features, domain, memory, packets, buffers);
  Result<kernel::interrupt::Registration> line = kernel::interrupt::Register(
      {kFirstLine + *slot}, kernel::interrupt::Trigger::kHighLevel, "virtio-net", &Card::OnInterrupt, &card);
  if (!line) return Fail(line.error());
  card.registration = std::move(*line);
  return card.net;
}

}  // namespace board
