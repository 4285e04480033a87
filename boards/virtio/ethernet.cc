// The first virtio network card of a virtual machine.
#include "boards/ethernet.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "boards/virtio/memory.h"
#include "boards/virtio/port.h"
#include "drivers/bus/virtio/transport.h"
#include "drivers/net/virtio_net/virtio_net.h"
#include "kernel/base/address.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/memory/memory.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"

namespace board {
namespace {

using drivers::net_virtio::VirtioNet;
using kernel::Fail;
using kernel::Result;

struct Card {
  VirtioPort port;
  VirtioNet* net = nullptr;
  kernel::Waker* waker = nullptr;

  static void OnInterrupt(void* self, std::uint32_t why) {
    Card& card = *static_cast<Card*>(self);
    card.net->OnInterrupt(why);
    card.waker->Wake();
  }
};

constinit const VirtioMemory domain;
[[gnu::section(".bss..noinit")]] alignas(VirtioNet) constinit std::array<std::byte, sizeof(VirtioNet)> storage = {};
constinit Card card;

// Pages for `count` of T, for ever, with arbitrary contents.
template <typename T>
Result<std::span<T>> TakePages(std::size_t count) {
  static_assert(alignof(T) <= kernel::kPageSize);
  const auto pages =
      kernel::memory::AllocateUnclearedPages((count * sizeof(T) + kernel::kPageSize - 1) / kernel::kPageSize);
  if (!pages) return Fail(pages.error());
  return std::span(reinterpret_cast<T*>(pages->value), count);
}

}  // namespace

Result<net::Device*> OpenEthernet(net::PacketPool& packets, net::BufferPool& buffers, kernel::Waker& waker) {
  if (const auto opened = OpenVirtio(drivers::virtio::DeviceType::kNetwork, 0, card.port); !opened) {
    return Fail(opened.error());
  }
  drivers::virtio::Transport& transport = card.port.transport();
  const auto features = VirtioNet::Negotiate(transport, buffers.capacity(), VirtioNet::kMostPairs);
  if (!features) return Fail(features.error());
  const std::uint16_t count = VirtioNet::CountPairs(transport, *features);
  const auto pairs = TakePages<VirtioNet::PairMemory>(count);
  if (!pairs) return Fail(pairs.error());
  Result<std::span<VirtioNet::ControlMemory>> control = {};
  if (count > 1) control = TakePages<VirtioNet::ControlMemory>(1);
  if (!control) return Fail(control.error());
  card.waker = &waker;
  card.net = new (storage.data()) VirtioNet(transport, *features, domain, *pairs, control->data(), packets, buffers);
  if (!card.net->IsUsable()) return Fail(kernel::Error::kUnsupported);
  if (const auto heard = card.port.Listen("virtio-net", &Card::OnInterrupt, &card); !heard) return Fail(heard.error());
  return card.net;
}

}  // namespace board
