// The virtio disks of a virtual machine.
#include "boards/storage.h"

#include <cstdint>
#include <new>
#include <optional>

#include "boards/virtio/memory.h"
#include "boards/virtio/port.h"
#include "drivers/block/block_device.h"
#include "drivers/block/virtio_block/virtio_block.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/address.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/memory/memory.h"

namespace board {
namespace {

using drivers::block::VirtioBlock;
using kernel::Fail;
using kernel::Result;

constinit const VirtioMemory domain;

// Lies in pages of its own, for ever.
struct Disk {
  VirtioBlock::Memory memory;
  VirtioPort port;
  std::optional<VirtioBlock> block;
  kernel::Waker* waker;

  static void OnInterrupt(void* self, std::uint32_t why) {
    Disk& disk = *static_cast<Disk*>(self);
    disk.block->OnInterrupt(why);
    disk.waker->Wake();
  }
};
constexpr std::uint64_t kPages = (sizeof(Disk) + kernel::kPageSize - 1) / kernel::kPageSize;

Result<drivers::block::BlockDevice*> Open(Disk& disk, unsigned index, kernel::Waker& waker) {
  const auto opened = OpenVirtio(drivers::virtio::DeviceType::kBlock, index, disk.port);
  if (!opened) return Fail(opened.error());
  const auto features = VirtioBlock::Negotiate(disk.port.transport());
  if (!features) return Fail(features.error());
  disk.waker = &waker;
  disk.block.emplace(disk.port.transport(), *features, domain, disk.memory);
  const auto heard = disk.port.Listen("virtio-blk", &Disk::OnInterrupt, &disk);
  if (!heard) return Fail(heard.error());
  return &*disk.block;
}

}  // namespace

// Where it cannot be opened, its pages stay: a line may refer to them.
Result<drivers::block::BlockDevice*> OpenStorage(unsigned index, kernel::Waker& waker) {
  const Result<kernel::VirtualAddress> pages = kernel::memory::AllocatePages(kPages);
  if (!pages) return Fail(pages.error());
  return Open(*new (reinterpret_cast<void*>(pages->value)) Disk{}, index, waker);
}

}  // namespace board
