#include "drivers/bus/dma/shadow_memory.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "drivers/bus/dma/dma.h"

namespace drivers {
namespace {

constexpr unsigned kPieceBits = 20;
constexpr std::uint32_t kPieces = (ShadowMemory::kWindow.mask + 1) >> kPieceBits;

}  // namespace

ShadowMemory::Line& ShadowMemory::At(std::uintptr_t line) const {
  const auto found = lines_.find(line);
  if (found != lines_.end()) return found->second;
  Line& fresh = lines_[line];
  fresh.fill(kNeverGiven);
  return fresh;
}

// A host's pointers have more bits than the bus: they are remembered.
BusAddress ShadowMemory::AddressOf(const void* byte) const {
  const auto pointer = reinterpret_cast<std::uintptr_t>(byte);
  for (std::uint32_t ahead = 0; ahead < 2; ++ahead) {
    const auto next = pointer + (std::uintptr_t{ahead} << kPieceBits);
    high_[static_cast<std::uint32_t>(next >> kPieceBits) % kPieces] = next & ~kWindow.mask;
  }
  return kWindow.AddressOf({pointer});
}

void ShadowMemory::GiveToDevice(std::span<const std::byte> bytes) const {
  const auto from = reinterpret_cast<std::uintptr_t>(bytes.data()) & ~(kLine - 1);
  const auto end = reinterpret_cast<std::uintptr_t>(bytes.data()) + bytes.size();
  for (std::uintptr_t line = from; line < end; line += kLine) {
    // Only bytes that were lent are looked at: what lies around them may belong to nobody.
    const auto first = std::max(line, reinterpret_cast<std::uintptr_t>(bytes.data()));
    const auto last = std::min(line + kLine, end);
    std::memcpy(&At(line)[first - line], reinterpret_cast<const void*>(first), last - first);
  }
}

void ShadowMemory::TakeFromDevice(std::span<const std::byte> bytes) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uintptr_t at = begin + i;
    const std::byte value = At(at & ~(kLine - 1))[at % kLine];
    std::memcpy(reinterpret_cast<void*>(at), &value, 1);
  }
}

bool ShadowMemory::PointerOf(std::uint32_t address, std::uintptr_t& pointer) const {
  const auto found = high_.find((address >> kPieceBits) % kPieces);
  if ((address & ~kWindow.mask) != kWindow.offset || found == high_.end()) return false;
  pointer = found->second | (address & kWindow.mask);
  return true;
}

bool ShadowMemory::Read(std::uint32_t address, std::span<std::byte> to) const {
  std::uintptr_t pointer = 0;
  if (!PointerOf(address, pointer)) return false;
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = At((pointer + i) & ~(kLine - 1))[(pointer + i) % kLine];
  return true;
}

bool ShadowMemory::Write(std::uint32_t address, std::span<const std::byte> from) {
  std::uintptr_t pointer = 0;
  if (!PointerOf(address, pointer)) return false;
  for (std::size_t i = 0; i < from.size(); ++i) At((pointer + i) & ~(kLine - 1))[(pointer + i) % kLine] = from[i];
  return true;
}

}  // namespace drivers
