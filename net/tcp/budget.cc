#include "net/tcp/budget.h"

#include <algorithm>
#include <cstdint>

namespace net::tcp {
namespace {

constexpr std::uint32_t kLeastWindow = 4096;  // bytes: a few segments, under any pressure

}  // namespace

void ReceiveTuning::EndRoundTrip(std::uint32_t limit, Budget::Pressure pressure) {
  const std::uint64_t wanted = 2 * std::uint64_t{read_};
  if (pressure == Budget::Pressure::kNone && wanted > window_) {
    window_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, limit));
  } else if (pressure == Budget::Pressure::kFull) {
    window_ = std::min(std::max(window_ / 2, kLeastWindow), window_);
  }
  read_ = 0;
}

}  // namespace net::tcp
