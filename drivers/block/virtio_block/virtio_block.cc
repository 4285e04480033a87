#include "drivers/block/virtio_block/virtio_block.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "drivers/block/block_device.h"
#include "drivers/bus/dma/dma.h"
#include "drivers/bus/virtio/split_queue.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/result.h"

namespace drivers::block {
namespace {

using kernel::Error;
using kernel::Fail;
using virtio::Features;
using virtio::Piece;
using virtio::SplitQueue;

// [VIRTIO] 5.2.3
constexpr Features VIRTIO_BLK_F_SEG_MAX = Features{1} << 2;
constexpr Features VIRTIO_BLK_F_RO = Features{1} << 5;
constexpr Features VIRTIO_BLK_F_FLUSH = Features{1} << 9;

// Places in the configuration. [VIRTIO] 5.2.4
constexpr std::size_t kCapacity = 0;
constexpr std::size_t kSegMax = 12;

// [VIRTIO] 5.2.6
constexpr std::uint32_t VIRTIO_BLK_T_IN = 0;
constexpr std::uint32_t VIRTIO_BLK_T_OUT = 1;
constexpr std::uint32_t VIRTIO_BLK_T_FLUSH = 4;
constexpr std::uint8_t VIRTIO_BLK_S_OK = 0;
constexpr std::uint8_t VIRTIO_BLK_S_UNSUPP = 2;
constexpr std::uint8_t kNoStatus = 0xff;

std::uint32_t TypeOf(Request::Kind kind) {
  switch (kind) {
    case Request::Kind::kRead:
      return VIRTIO_BLK_T_IN;
    case Request::Kind::kWrite:
      return VIRTIO_BLK_T_OUT;
    case Request::Kind::kFlush:
      return VIRTIO_BLK_T_FLUSH;
  }
  return VIRTIO_BLK_T_IN;
}

template <typename T>
T ReadConfiguration(virtio::Transport& transport, std::size_t place) {
  std::array<std::byte, sizeof(T)> bytes = {};
  transport.ReadConfiguration(place, bytes);
  T value;
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

}  // namespace

kernel::Result<Features> VirtioBlock::Negotiate(virtio::Transport& transport) {
  return virtio::Negotiate(
      transport, VIRTIO_BLK_F_SEG_MAX | VIRTIO_BLK_F_RO | VIRTIO_BLK_F_FLUSH | virtio::kEventIndex | virtio::kIndirect,
      0);
}

VirtioBlock::VirtioBlock(virtio::Transport& transport, Features features, const DmaDomain& domain, Memory& memory)
    : transport_(transport),
      features_(features),
      memory_(memory),
      queue_(transport, 0, features, domain, memory.rings, memory.tables),
      sector_count_(ReadConfiguration<std::uint64_t>(transport, kCapacity)) {
  if ((features & VIRTIO_BLK_F_SEG_MAX) != 0) {
    const auto segments = ReadConfiguration<std::uint32_t>(transport, kSegMax);
    // The first page and the last may be there in part.
    const std::uint64_t most = segments < 2 ? kSectorSize : std::uint64_t{segments - 1} * DmaDomain::kPiece;
    most_bytes_ = static_cast<std::size_t>(std::min<std::uint64_t>(most, kMostBytes));
  }
  virtio::Start(transport);
  (void)queue_.RequestInterrupt();
}

bool VirtioBlock::is_read_only() const { return (features_ & VIRTIO_BLK_F_RO) != 0; }

bool VirtioBlock::IsValid(const Request& request) const {
  if (request.kind == Request::Kind::kFlush) return request.bytes.empty();
  const std::uint64_t sectors = request.bytes.size() / kSectorSize;
  return sectors > 0 && request.bytes.size() % kSectorSize == 0 && request.bytes.size() <= most_bytes_ &&
         sectors <= sector_count_ && request.sector <= sector_count_ - sectors &&
         !(request.kind == Request::Kind::kWrite && is_read_only());
}

bool VirtioBlock::Lend(Request& request, std::uint16_t token) {
  Memory::Head& head = memory_.heads[token];
  head = {.type = TypeOf(request.kind), .reserved = 0, .sector = request.sector};
  std::uint8_t& status = memory_.statuses[token];
  status = kNoStatus;
  std::array<Piece, 3> pieces;
  std::size_t count = 0;
  pieces[count++] = {.bytes = std::as_writable_bytes(std::span(&head, 1))};
  if (!request.bytes.empty()) {
    pieces[count++] = {.bytes = request.bytes, .is_for_device = request.kind == Request::Kind::kRead};
  }
  pieces[count++] = {.bytes = std::as_writable_bytes(std::span(&status, 1)), .is_for_device = true};
  return queue_.Add(std::span(pieces).first(count), token);
}

bool VirtioBlock::Submit(Request& request) {
  request.outcome.reset();
  if (!IsValid(request)) {
    request.outcome = Fail(Error::kInvalidArgument);
    return true;
  }
  if (request.kind == Request::Kind::kFlush && (features_ & VIRTIO_BLK_F_FLUSH) == 0) {
    request.outcome = kernel::Result<void>();  // a disk without a cache: what is written is there. [VIRTIO] 5.2.6.2
    return true;
  }
  const auto free = std::ranges::find(requests_, nullptr);
  if (free == requests_.end()) return false;
  if (!Lend(request, static_cast<std::uint16_t>(free - requests_.begin()))) return false;
  *free = &request;
  queue_.Publish();
  return true;
}

kernel::Result<void> VirtioBlock::OutcomeOf(const Request& request, std::uint16_t token, std::uint32_t written) const {
  const std::uint8_t status = *static_cast<const volatile std::uint8_t*>(&memory_.statuses[token]);
  if (status == VIRTIO_BLK_S_UNSUPP) return Fail(Error::kUnsupported);
  const std::size_t least = request.kind == Request::Kind::kRead ? request.bytes.size() + 1 : 1;
  if (status != VIRTIO_BLK_S_OK || written < least) return Fail(Error::kMalformed);
  return {};
}

std::size_t VirtioBlock::Poll() {
  std::size_t done = 0;
  do {
    while (const std::optional<SplitQueue::Used> used = queue_.TakeUsed()) {
      Request*& request = requests_[used->token];
      request->outcome = OutcomeOf(*request, used->token, used->written);
      request = nullptr;
      ++done;
    }
  } while (queue_.RequestInterrupt());
  if (is_news_ || queue_.is_broken()) [[unlikely]]
    done += Mend();
  return done;
}

// Resets the device if it broke the rules, or asks for it. Nobody knows what it did of its requests.
std::size_t VirtioBlock::Mend() {
  is_news_ = false;
  if (!queue_.is_broken() && !virtio::NeedsReset(transport_)) return 0;
  ++resets_;
  const bool is_back = virtio::Negotiate(transport_, features_, features_).has_value();
  std::size_t lost = 0;
  for (Request*& request : requests_) {
    if (request == nullptr) continue;
    request->outcome = Fail(Error::kReset);
    request = nullptr;
    ++lost;
  }
  if (!is_back) {
    sector_count_ = 0;
    return lost;
  }
  queue_.Restart();
  virtio::Start(transport_);
  (void)queue_.RequestInterrupt();
  return lost;
}

void VirtioBlock::OnInterrupt(std::uint32_t why) {
  if ((why & virtio::kConfigurationChanged) != 0) is_news_ = true;
}

}  // namespace drivers::block
