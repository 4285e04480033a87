// The entropy device of virtual machines: random bytes of the machine below. [VIRTIO] 5.4
#ifndef ENKEL_DRIVERS_RANDOM_VIRTIO_RNG_VIRTIO_RNG_H_
#define ENKEL_DRIVERS_RANDOM_VIRTIO_RNG_VIRTIO_RNG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/result.h"

namespace drivers::random {

// Nothing blocks; nothing is interrupt-safe.
class VirtioRng {
 public:
  static constexpr std::size_t kMostBytes = 64;  // asked for at a time

  // What the device sees. Zeroed.
  struct Memory {
    virtio::SplitQueue::Rings rings;
    alignas(kMostBytes) std::array<std::byte, kMostBytes> bytes;
  };

  // Errors: kUnsupported.
  static kernel::Result<virtio::Features> Negotiate(virtio::Transport& transport) {
    return virtio::Negotiate(transport, virtio::kEventIndex, 0);
  }

  // Of a device that was negotiated with. All arguments outlive it.
  VirtioRng(virtio::Transport& transport, virtio::Features features, const DmaDomain& domain, Memory& memory);
  ~VirtioRng() { transport_.SetStatus(0); }
  VirtioRng(const VirtioRng&) = delete;
  VirtioRng& operator=(const VirtioRng&) = delete;

  // Asks the device for kMostBytes, unless it was asked already; it interrupts when it has some. False: it is of no
  // use.
  bool Ask();

  // Moves what the device gave into `to`, which has room for kMostBytes, and wipes it where it came; how many bytes. 0:
  // nothing yet.
  std::size_t Take(std::span<std::byte> to);

  bool is_broken() const { return queue_.is_broken(); }

 private:
  virtio::Transport& transport_;
  Memory& memory_;
  virtio::SplitQueue queue_;
  bool was_asked_ = false;
};

}  // namespace drivers::random

#endif  // ENKEL_DRIVERS_RANDOM_VIRTIO_RNG_VIRTIO_RNG_H_
