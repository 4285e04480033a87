// The console of virtual machines: bytes to the machine below, and from it. One port. [VIRTIO] 5.3
#ifndef ENKEL_DRIVERS_CONSOLE_VIRTIO_CONSOLE_VIRTIO_CONSOLE_H_
#define ENKEL_DRIVERS_CONSOLE_VIRTIO_CONSOLE_VIRTIO_CONSOLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/result.h"

namespace drivers::console {

// Nothing blocks; nothing is interrupt-safe but OnInterrupt.
class VirtioConsole {
 public:
  static constexpr std::size_t kChunk = 512;   // bytes lent at a time
  static constexpr std::uint16_t kChunks = 8;  // each way

  // What the device sees. Zeroed.
  struct Memory {
    virtio::SplitQueue::Rings receive;
    virtio::SplitQueue::Rings transmit;
    alignas(kChunk) std::array<std::array<std::byte, kChunk>, kChunks> received;
    alignas(kChunk) std::array<std::array<std::byte, kChunk>, kChunks> sent;
  };

  // Errors: kUnsupported.
  static kernel::Result<virtio::Features> Negotiate(virtio::Transport& transport) {
    return virtio::Negotiate(transport, virtio::kEventIndex, 0);
  }

  // Of a device that was negotiated with. All arguments outlive it.
  VirtioConsole(virtio::Transport& transport, virtio::Features features, const DmaDomain& domain, Memory& memory);
  ~VirtioConsole() { transport_.SetStatus(0); }
  VirtioConsole(const VirtioConsole&) = delete;
  VirtioConsole& operator=(const VirtioConsole&) = delete;

  // Queues bytes for the machine below, as many as there is room for; returns how many.
  std::size_t Write(std::string_view text);

  // Takes bytes that came; returns how many. 0: none now, and the device interrupts when some come.
  std::size_t Read(std::span<char> to);

  // The device has interrupted. Interrupt-safe.
  void OnInterrupt(std::uint32_t why);

  // Times that the device broke and was started anew. What was on its way was lost.
  std::uint64_t resets() const { return resets_; }

 private:
  void Start();
  void Lend(std::uint16_t chunk);
  void Reclaim();
  void Mend();

  virtio::Transport& transport_;
  const virtio::Features features_;
  Memory& memory_;
  virtio::SplitQueue receive_;
  virtio::SplitQueue transmit_;
  std::array<std::uint16_t, kChunks> idle_ = {};  // of `sent`
  std::size_t idle_count_ = 0;
  std::span<const std::byte> rest_;  // of a chunk that came, not read yet
  std::uint16_t rest_chunk_ = 0;
  std::uint64_t resets_ = 0;
  volatile bool is_news_ = false;  // of the configuration; set by the interrupt
};

}  // namespace drivers::console

#endif  // ENKEL_DRIVERS_CONSOLE_VIRTIO_CONSOLE_VIRTIO_CONSOLE_H_
