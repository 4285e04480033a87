// The first virtio network card of a virtual machine.
#include "boards/ethernet.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

#include "boards/virtio/memory.h"
#include "boards/virtio/port.h"
#include "drivers/bus/virtio/transport.h"
#include "drivers/net/virtio_net/virtio_net.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
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
constinit VirtioNet::Memory memory = {};
alignas(VirtioNet) constinit std::array<std::byte, sizeof(VirtioNet)> storage = {};
constinit Card card;

}  // namespace

Result<net::Device*> OpenEthernet(net::PacketPool& packets, net::BufferPool& buffers, kernel::Waker& waker) {
  if (const auto opened = OpenVirtio(drivers::virtio::DeviceType::kNetwork, 0, card.port); !opened) {
    return Fail(opened.error());
  }
  drivers::virtio::Transport& transport = card.port.transport();
  const auto features = VirtioNet::Negotiate(transport, buffers.capacity());
  if (!features) return Fail(features.error());
  card.waker = &waker;
  card.net = new (storage.data()) VirtioNet(transport, *features, domain, memory, packets, buffers);
  if (const auto heard = card.port.Listen("virtio-net", &Card::OnInterrupt, &card); !heard) return Fail(heard.error());
  return card.net;
}

}  // namespace board
