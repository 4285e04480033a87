// The disk of virtual machines. [VIRTIO] 5.2
#ifndef ENKEL_DRIVERS_BLOCK_VIRTIO_BLOCK_VIRTIO_BLOCK_H_
#define ENKEL_DRIVERS_BLOCK_VIRTIO_BLOCK_VIRTIO_BLOCK_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "drivers/block/block_device.h"
#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/result.h"

namespace drivers::block {

class VirtioBlock final : public BlockDevice {
 public:
  static constexpr std::size_t kMostRequests = 16;       // at a time
  static constexpr std::size_t kMostBytes = 128 * 1024;  // of a request, wherever its pages lie

  // What the device sees besides the requests' bytes. Zeroed.
  struct Memory {
    virtio::SplitQueue::Rings rings;
    std::array<virtio::SplitQueue::TablePage, 1> tables;
    // Before a request's bytes, and after them. [VIRTIO] 5.2.6
    struct Head {
      std::uint32_t type;
      std::uint32_t reserved;
      std::uint64_t sector;
    };
    std::array<Head, kMostRequests> heads;
    std::array<std::uint8_t, kMostRequests> statuses;
  };

  // Errors: kUnsupported.
  static kernel::Result<virtio::Features> Negotiate(virtio::Transport& transport);

  // Of a device that was negotiated with. All arguments outlive it.
  VirtioBlock(virtio::Transport& transport, virtio::Features features, const DmaDomain& domain, Memory& memory);
  ~VirtioBlock() { transport_.SetStatus(0); }
  VirtioBlock(const VirtioBlock&) = delete;
  VirtioBlock& operator=(const VirtioBlock&) = delete;

  std::uint64_t sector_count() const override { return sector_count_; }
  bool is_read_only() const override;
  std::size_t most_bytes() const override { return most_bytes_; }
  bool Submit(Request& request) override;
  std::size_t Poll() override;

  // The device has interrupted. Interrupt-safe.
  void OnInterrupt(std::uint32_t why);

  // Times that the device broke and was started anew.
  std::uint64_t resets() const { return resets_; }

 private:
  bool IsValid(const Request& request) const;
  bool Lend(Request& request, std::uint16_t token);
  kernel::Result<void> OutcomeOf(const Request& request, std::uint16_t token, std::uint32_t written) const;
  std::size_t Mend();

  virtio::Transport& transport_;
  const virtio::Features features_;
  Memory& memory_;
  virtio::SplitQueue queue_;
  std::uint64_t sector_count_ = 0;
  std::size_t most_bytes_ = kMostBytes;
  std::uint64_t resets_ = 0;
  volatile bool is_news_ = false;                      // of the configuration; set by the interrupt
  std::array<Request*, kMostRequests> requests_ = {};  // by token; null: it is free
};

}  // namespace drivers::block

#endif  // ENKEL_DRIVERS_BLOCK_VIRTIO_BLOCK_VIRTIO_BLOCK_H_
