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
  Hash().AddValue(source).AddValue(std::uint64_t{bytes.size()}).Add(bytes);
  const int most = source == Source::kJitter ? kMostJitterBits : kMostBits;
  worth_[index] = std::min(worth_[index] + worth, most * kEighthsPerBit);
  has_from_[index] = true;
}

Sha256& Pool::Hash() { return hash_ ? *hash_ : hash_.emplace(); }

int Pool::bits() const {
  Eighths sum = 0;
  for (const Eighths worth : worth_) sum += worth;
  return std::min(sum / kEighthsPerBit, kMostBits);
}

Digest Pool::Extract() {
  const Digest digest = Hash().Finish();
  hash_.reset();
  worth_ = {};
  has_from_ = {};
  return digest;
}

}  // namespace kernel::random
