#include "net/tcp/budget.h"

#include <algorithm>
#include <cstdint>

#include "kernel/base/time.h"

namespace net::tcp {
namespace {

constexpr std::uint32_t kLeastWindow = 4096;  // bytes: a few segments, under any pressure

// A round trip that was never measured, or takes no time, counts as so long.
constexpr kernel::Duration kLeastRoundTrip = kernel::Duration::Milliseconds(1);

}  // namespace

std::uint32_t ReceiveTuning::OnRead(std::uint32_t bytes, kernel::Duration round_trip, kernel::Instant now,
                                    std::uint32_t limit, Budget::Pressure pressure) {
  window_ = std::min(window_, limit);
  if (read_ > 0 && now - begin_ >= std::max(round_trip, kLeastRoundTrip)) {
    const std::uint64_t wanted = 2 * std::uint64_t{read_};
    if (pressure == Budget::Pressure::kNone && wanted > window_) {
      window_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, limit));
    } else if (pressure == Budget::Pressure::kFull) {
      window_ = std::min(std::max(window_ / 2, kLeastWindow), window_);
    }
    read_ = 0;
  }
  if (read_ == 0) begin_ = now;
  read_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{read_} + bytes, UINT32_MAX));
  return window_;
}

std::uint32_t SendBufferSize(std::uint32_t congestion_window, std::uint32_t limit, Budget::Pressure pressure) {
  constexpr std::uint32_t kUsual = 65'536;  // bytes
  constexpr std::uint32_t kLeast = 8'192;
  std::uint64_t size = std::max<std::uint64_t>(2 * std::uint64_t{congestion_window}, kUsual);
  if (pressure == Budget::Pressure::kSome) size = std::max<std::uint64_t>(congestion_window, kUsual);
  if (pressure == Budget::Pressure::kFull) size = kLeast;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(size, limit));
}

}  // namespace net::tcp
