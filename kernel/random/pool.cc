#include "kernel/random/pool.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/random/sha256.h"

namespace kernel::random {
namespace {

constexpr Eighths kEighthsPerBit = 8;

}  // namespace

void Pool::Add(Source source, std::span<const std::byte> bytes, Eighths worth) {
  if (bytes.empty()) return;
  const std::size_t index = static_cast<std::size_t>(source);
  state_ = Sha256().AddValue(state_).AddValue(source).AddValue(std::uint64_t{bytes.size()}).Add(bytes).Finish();
  const int most = source == Source::kJitter ? kMostJitterBits : kMostBits;
  worth_[index] = std::min(worth_[index] + worth, most * kEighthsPerBit);
  has_from_[index] = true;
}

int Pool::bits() const {
  Eighths sum = 0;
  for (const Eighths worth : worth_) sum += worth;
  return std::min(sum / kEighthsPerBit, kMostBits);
}

Digest Pool::Extract() {
  const Digest digest = Sha256().AddValue(state_).AddValue(std::uint8_t{1}).Finish();
  state_ = Sha256().AddValue(state_).AddValue(std::uint8_t{2}).Finish();
  worth_ = {};
  has_from_ = {};
  return digest;
}

}  // namespace kernel::random
