// Any frames: nothing is lost, added or damaged that TCP would see, and no packet is lost track of.
#include "net/interface/coalescing.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

#include "net/packet/packet.h"
#include "net/test_context.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Headers of a good segment, into which the input writes: what is left alone is right.
  static constexpr std::uint8_t kFrame[] = {2, 0,  0,    0, 0,  1, 2, 0, 0,  0, 0,    2,    8,  0, 0x45, 0, 0, 60,
                                            0, 0,  0x40, 0, 64, 6, 0, 0, 10, 0, 0,    2,    10, 0, 0,    1, 0, 9,
                                            0, 80, 0,    0, 0,  0, 0, 0, 0,  7, 0x50, 0x10, 1,  0, 0,    0, 0, 0};
  net::TestContext context(1, 64, 64, 128);
  net::Coalescer coalescer;
  std::vector<net::Packet> batch;
  std::size_t total = 0;
  for (std::size_t at = 0; at + 4 < size && batch.size() < 16; at += 4) {
    std::vector<std::byte> frame(74);
    std::ranges::transform(kFrame, frame.begin(), [](std::uint8_t byte) { return static_cast<std::byte>(byte); });
    frame[41] = static_cast<std::byte>(data[at]);
    frame[data[at + 1] % 74] ^= static_cast<std::byte>(data[at + 2]);
    if (data[at + 3] & 1) frame.resize(data[at + 3] % 75);
    net::Packet packet = context.PacketOf(frame);
    if (data[at + 3] & 2) packet.info().checksum = net::PacketInfo::Checksum::kVerified;
    if (data[at + 3] & 4) (void)packet.Peek(data[at + 3] % 64);
    total += frame.size();
    batch.push_back(std::move(packet));
  }
  const std::size_t count = coalescer.Filter(batch);
  if (count > batch.size()) std::abort();
  std::size_t left = 0;
  for (net::Packet& packet : std::span(batch).first(count)) {
    if (!packet) std::abort();
    left += packet.size();
  }
  if (left > total || count + coalescer.counters().joined != batch.size()) std::abort();
  batch.clear();
  if (context.packets().free_count() != 64 || context.buffers().free_count() != 64) std::abort();
  return 0;
}
