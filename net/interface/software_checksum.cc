#include "net/interface/software_checksum.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/packet/packet.h"
#include "net/wire/checksum.h"

namespace net {

std::uint64_t SumFrom(const Packet& packet, std::size_t start) {
  constexpr std::size_t kWord = sizeof(std::uint32_t);
  const std::span<const std::byte> header = packet.header();
  const std::span<const Slice> slices = packet.slices();
  if (start > header.size() || (header.size() - start) % kWord != 0 || slices.size() > 1) [[unlikely]] {
    return packet.Sum(start, packet.size() - start);
  }
  std::uint64_t sum = slices.empty() ? 0 : wire::SumBytes(slices.data()->bytes());
  const std::byte* at = header.data() + start;
  const std::byte* const end = header.data() + header.size();
#pragma clang loop vectorize(disable) unroll(disable)
  for (; at != end; at += kWord) {
    std::uint32_t word;
    __builtin_memcpy(&word, at, kWord);
    sum += word;
  }
  return sum;
}

bool FinishChecksum(Packet& packet) {
  if (FinishUsualChecksum(packet)) return true;
  const PacketInfo& info = packet.info();
  const std::size_t field = std::size_t{info.checksum_start} + info.checksum_field;
  // Behind a header of this packet's own, Peek brings bytes of shared buffers into the headroom, where we may write.
  if (packet.header().empty() || packet.Peek(field + 2).empty()) return false;
  return FinishUsualChecksum(packet);
}

}  // namespace net
