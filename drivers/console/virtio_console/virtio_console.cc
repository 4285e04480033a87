#include "drivers/console/virtio_console/virtio_console.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"

namespace drivers::console {
namespace {

using virtio::Piece;
using virtio::SplitQueue;

// [VIRTIO] 5.3.2
constexpr std::uint16_t kReceiveQueue = 0;
constexpr std::uint16_t kTransmitQueue = 1;

}  // namespace

VirtioConsole::VirtioConsole(virtio::Transport& transport, virtio::Features features, const DmaDomain& domain,
                             Memory& memory)
    : transport_(transport),
      features_(features),
      memory_(memory),
      receive_(transport, kReceiveQueue, features, domain, memory.receive),
      transmit_(transport, kTransmitQueue, features, domain, memory.transmit) {
  Start();
}

void VirtioConsole::Start() {
  virtio::Start(transport_);
  transmit_.RefuseInterrupts();
  idle_count_ = 0;
  for (std::uint16_t chunk = 0; chunk < kChunks; ++chunk) {
    idle_[idle_count_++] = chunk;
    Lend(chunk);
  }
  receive_.Publish();
  (void)receive_.RequestInterrupt();
}

void VirtioConsole::Lend(std::uint16_t chunk) {
  const Piece piece = {.bytes = memory_.received[chunk], .is_for_device = true};
  (void)receive_.Add({&piece, 1}, chunk);  // a queue that is smaller has fewer of them
}

void VirtioConsole::Reclaim() {
  while (const std::optional<SplitQueue::Used> used = transmit_.TakeUsed()) idle_[idle_count_++] = used->token;
}

std::size_t VirtioConsole::Write(std::string_view text) {
  Mend();
  Reclaim();
  std::size_t done = 0;
  while (done < text.size() && idle_count_ > 0) {
    const std::uint16_t chunk = idle_[idle_count_ - 1];
    const std::size_t size = std::min(text.size() - done, kChunk);
    std::memcpy(memory_.sent[chunk].data(), text.data() + done, size);
    const Piece piece = {.bytes = std::span(memory_.sent[chunk]).first(size)};
    if (!transmit_.Add({&piece, 1}, chunk)) break;
    --idle_count_;
    done += size;
  }
  transmit_.Publish();
  return done;
}

std::size_t VirtioConsole::Read(std::span<char> to) {
  Mend();
  std::size_t done = 0;
  while (done < to.size()) {
    if (rest_.empty()) {
      const std::optional<SplitQueue::Used> used = receive_.TakeUsed();
      if (!used) {
        if (receive_.RequestInterrupt()) continue;
        break;
      }
      rest_chunk_ = used->token;
      rest_ = std::span(memory_.received[rest_chunk_]).first(used->written);
    }
    const std::size_t size = std::min(to.size() - done, rest_.size());
    std::memcpy(to.data() + done, rest_.data(), size);
    rest_ = rest_.subspan(size);
    done += size;
    if (rest_.empty()) Lend(rest_chunk_);
  }
  receive_.Publish();
  return done;
}

// Resets the device if it broke the rules, or asks for it.
void VirtioConsole::Mend() {
  const bool is_broken = receive_.is_broken() || transmit_.is_broken();
  if (!is_broken && !is_news_) [[likely]]
    return;
  is_news_ = false;
  if (!is_broken && !virtio::NeedsReset(transport_)) return;
  ++resets_;
  idle_count_ = 0;
  rest_ = {};
  if (!virtio::Negotiate(transport_, features_, features_)) return;
  receive_.Restart();
  transmit_.Restart();
  Start();
}

void VirtioConsole::OnInterrupt(std::uint32_t why) {
  if ((why & virtio::kConfigurationChanged) != 0) is_news_ = true;
}

}  // namespace drivers::console
