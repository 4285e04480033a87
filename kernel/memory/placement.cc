#include "kernel/memory/placement.h"

#include <cstdint>

#include "kernel/base/address.h"

namespace kernel::memory {
namespace {

constexpr std::uint64_t kRegionSize = std::uint64_t{32} << 40;    // bytes
constexpr std::uint64_t kIdentityEnd = std::uint64_t{512} << 30;  // below, virtual and physical are the same
constexpr std::uint64_t kDistance = std::uint64_t{1} << 30;       // bytes to the next region, at least

// mix64variant13 of [Steele14].
std::uint64_t Mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

// Both words of the seed stand between any two numbers: one place does not lead to another.
std::uint64_t Placement::Random(std::uint64_t purpose) const { return Mix(Mix(seed_[0] ^ Mix(purpose)) + seed_[1]); }

std::uint64_t Placement::Place(Region region, std::uint64_t size, std::uint64_t grain) const {
  const auto number = static_cast<std::uint64_t>(region);
  const std::uint64_t begin = number * kRegionSize + kIdentityEnd + kDistance;
  const std::uint64_t end = (number + 1) * kRegionSize - kDistance;
  const std::uint64_t places = (end - begin - RoundUp(size, grain)) / grain + 1;
  return begin + Random(2 * number) % places * grain;
}

std::uint64_t Placement::NumberFor(Region region, std::uint64_t limit) const {
  return Random(2 * static_cast<std::uint64_t>(region) + 1) % limit;
}

}  // namespace kernel::memory
