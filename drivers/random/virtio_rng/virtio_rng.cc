#include "drivers/random/virtio_rng/virtio_rng.h"

#include <cstddef>
#include <cstring>
#include <optional>
#include <span>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/check.h"

namespace drivers::random {

VirtioRng::VirtioRng(virtio::Transport& transport, virtio::Features features, const DmaDomain& domain, Memory& memory)
    : transport_(transport), memory_(memory), queue_(transport, 0, features, domain, memory.rings) {
  virtio::Start(transport);
}

bool VirtioRng::Ask() {
  if (was_asked_) return !queue_.is_broken();
  const virtio::Piece piece = {.bytes = memory_.bytes, .is_for_device = true};
  was_asked_ = queue_.Add({&piece, 1}, 0);
  queue_.Publish();
  (void)queue_.RequestInterrupt();  // whoever asks looks by Take in any case
  return was_asked_;
}

std::size_t VirtioRng::Take(std::span<std::byte> to) {
  CHECK(to.size() >= kMostBytes);
  const std::optional<virtio::SplitQueue::Used> used = queue_.TakeUsed();
  if (!used) return 0;
  was_asked_ = false;
  std::memcpy(to.data(), memory_.bytes.data(), used->written);
  for (std::byte& byte : memory_.bytes) *static_cast<volatile std::byte*>(&byte) = std::byte{0};
  return used->written;
}

}  // namespace drivers::random
