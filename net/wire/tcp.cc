#include "net/wire/tcp.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/wire/endian.h"

namespace net::wire {
namespace {

constexpr std::size_t kMostOptions = kMostTcpSize - kTcpSize;  // bytes

// What nearly all SYNs have, ours and those of others, in this order: a segment size, SACK, timestamps, a NOP, a scale.
constexpr std::size_t kUsualSynSize = 20;                    // bytes
constexpr std::uint16_t kUsualSegmentSize = 0x0204;          // kind, length; the value follows
constexpr std::uint32_t kUsualSackTimestamps = 0x0402'080a;  // two kinds with their lengths; both values follow
constexpr std::uint32_t kUsualScale = 0x0103'0300;           // and the shift

enum Kind : std::uint8_t {
  kEnd = 0,
  kNoOperation = 1,
  kMaximumSegmentSize = 2,
  kWindowScale = 3,
  kSackPermitted = 4,
  kSack = 5,
  kTimestamps = 8,
};

// Bytes of each option, kind and length included.
constexpr std::size_t kMaximumSegmentSizeSize = 4;
constexpr std::size_t kWindowScaleSize = 3;
constexpr std::size_t kSackPermittedSize = 2;
constexpr std::size_t kTimestampsSize = 10;
constexpr std::size_t kSackBlockSize = 8;

// `option` has `size` bytes, kind and length included.
void ParseOne(TcpOptions& options, const std::byte* option, std::size_t size) {
  const std::byte* const value = option + 2;
  switch (static_cast<std::uint8_t>(option[0])) {
    case kMaximumSegmentSize:
      if (size == kMaximumSegmentSizeSize) options.maximum_segment_size = LoadBig<std::uint16_t>(value);
      break;
    case kWindowScale:
      if (size == kWindowScaleSize) options.window_scale = static_cast<std::uint8_t>(*value);
      break;
    case kSackPermitted:
      if (size == kSackPermittedSize) options.may_sack = true;
      break;
    case kTimestamps:
      if (size == kTimestampsSize) {
        options.timestamps = {.value = LoadBig<std::uint32_t>(value), .echo = LoadBig<std::uint32_t>(value + 4)};
      }
      break;
    case kSack:
      if ((size - 2) % kSackBlockSize != 0) break;
      options.sack_count = static_cast<std::uint8_t>(std::min((size - 2) / kSackBlockSize, kMostSackBlocks));
      for (std::size_t i = 0; i < options.sack_count; ++i) {
        const std::byte* const block = value + i * kSackBlockSize;
        options.sacks[i] = {.left = LoadBig<std::uint32_t>(block), .right = LoadBig<std::uint32_t>(block + 4)};
      }
      break;
    default:
      break;
  }
}

// Writes one option after another, and NOPs before those whose numbers shall lie at multiples of 4.
class Writer {
 public:
  explicit Writer(std::span<std::byte> bytes) : bytes_(bytes) {}

  void Byte(std::size_t value) { bytes_[at_++] = static_cast<std::byte>(value); }
  void NoOperations(int count) {
    for (; count > 0; --count) Byte(kNoOperation);
  }
  void Short(std::uint16_t value) {
    StoreBig(&bytes_[at_], value);
    at_ += sizeof(value);
  }
  void Long(std::uint32_t value) {
    StoreBig(&bytes_[at_], value);
    at_ += sizeof(value);
  }

 private:
  std::span<std::byte> bytes_;
  std::size_t at_ = 0;
};

}  // namespace

TcpOptions TcpOptions::Parse(std::span<const std::byte> bytes) {
  TcpOptions options;
  const std::byte* at = bytes.data();
  if (bytes.size() == kUsualSynSize && LoadBig<std::uint16_t>(at) == kUsualSegmentSize &&
      LoadBig<std::uint32_t>(at + 4) == kUsualSackTimestamps &&
      (LoadBig<std::uint32_t>(at + 16) & 0xffff'ff00) == kUsualScale) {
    options.maximum_segment_size = LoadBig<std::uint16_t>(at + 2);
    options.window_scale = static_cast<std::uint8_t>(at[19]);
    options.timestamps = {.value = LoadBig<std::uint32_t>(at + 8), .echo = LoadBig<std::uint32_t>(at + 12)};
    options.may_sack = true;
    return options;
  }
  std::size_t rest = std::min(bytes.size(), kMostOptions);
  while (rest > 0) {
    const auto kind = static_cast<std::uint8_t>(*at);
    if (kind == kEnd) break;
    std::size_t size = 1;
    if (kind != kNoOperation) {
      if (rest < 2) break;
      size = static_cast<std::size_t>(at[1]);
      if (size < 2 || size > rest) break;
      ParseOne(options, at, size);
    }
    at += size;
    rest -= size;
  }
  return options;
}

std::size_t TcpOptions::size() const {
  std::size_t size = 0;
  if (maximum_segment_size) size += kMaximumSegmentSizeSize;
  if (timestamps) size += 2 + kTimestampsSize;  // may_sack takes the place of two NOPs
  if (may_sack && !timestamps) size += 2 + kSackPermittedSize;
  if (window_scale) size += 1 + kWindowScaleSize;
  if (sack_count > 0) size += 2 + 2 + sack_count * kSackBlockSize;
  CHECK(size <= kMostOptions);
  return size;
}

void TcpOptions::Write(std::span<std::byte> bytes) const {
  Writer out(bytes);
  if (maximum_segment_size && may_sack && timestamps && window_scale && sack_count == 0) {
    out.Long(std::uint32_t{kUsualSegmentSize} << 16 | *maximum_segment_size);
    out.Long(kUsualSackTimestamps);
    out.Long(timestamps->value);
    out.Long(timestamps->echo);
    out.Long(kUsualScale | *window_scale);
    return;
  }
  if (maximum_segment_size) {
    out.Byte(kMaximumSegmentSize);
    out.Byte(kMaximumSegmentSizeSize);
    out.Short(*maximum_segment_size);
  }
  if (may_sack) {
    if (!timestamps) out.NoOperations(2);
    out.Byte(kSackPermitted);
    out.Byte(kSackPermittedSize);
  }
  if (timestamps) {
    if (!may_sack) out.NoOperations(2);
    out.Byte(kTimestamps);
    out.Byte(kTimestampsSize);
    out.Long(timestamps->value);
    out.Long(timestamps->echo);
  }
  if (window_scale) {
    out.NoOperations(1);
    out.Byte(kWindowScale);
    out.Byte(kWindowScaleSize);
    out.Byte(*window_scale);
  }
  if (sack_count > 0) {
    out.NoOperations(2);
    out.Byte(kSack);
    out.Byte(2 + sack_count * kSackBlockSize);
    for (const SackBlock& block : std::span(sacks).first(sack_count)) {
      out.Long(block.left);
      out.Long(block.right);
    }
  }
}

}  // namespace net::wire
