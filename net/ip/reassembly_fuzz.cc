// Any fragments at any times: what becomes whole is the bytes that were sent, nothing is lost of the pools, and caps
// hold. All fragments are cut from one pattern, so that a whole datagram can be checked.
#include "net/ip/reassembly.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/test_context.h"

namespace {

void Require(bool promise) {
  if (!promise) std::abort();
}

class NoOwner final : public net::Reassembly::Owner {
  void OnReassemblyTimeout(net::Packet first) override { Require(first.size() > 0); }
};

constexpr std::size_t kPattern = 70'000;

const std::vector<std::byte>& Pattern() {
  static const std::vector<std::byte> pattern = [] {
    std::vector<std::byte> bytes(kPattern);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 31 + i / 256);
    return bytes;
  }();
  return pattern;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr net::Reassembly::Options kOptions = {.most_datagrams = 4, .most_buffers = 24, .most_buffers_of_source = 16};
  net::TestContext context(1, 48, 80, 4096);
  std::vector<std::byte> storage(net::Reassembly::StorageFor(kOptions));
  NoOwner owner;
  {
    net::Reassembly engine(context, owner, kOptions, storage);
    for (; size >= 5; data += 5, size -= 5) {
      if (data[0] == 0xff) {
        context.Advance(kernel::Duration::Seconds(data[1]));
        continue;
      }
      const bool has_more = (data[0] & 1) != 0;
      const std::size_t offset = std::size_t{data[1]} * 256 / 8 * 8 + (data[2] & 0xf8);
      std::size_t count = has_more ? std::size_t{data[3]} * 16 + 8 : std::size_t{data[3]} * 16 + 1;
      if (offset + count > 65'535) count = 65'535 - offset;
      if (count == 0 || (has_more && count % 8 != 0)) continue;
      const std::array<std::byte, 40> header = {};
      net::Packet packet = context.PacketOf(std::span(Pattern()).subspan(offset, count));
      const net::Reassembly::Whole whole =
          engine.Add(std::move(packet), {.key = {.source = net::Ipv4Address{data[0] >> 3 & 3u},
                                                 .destination = net::Ipv4Address{9},
                                                 .identification = data[0] >> 5 & 3u},
                                         .offset = static_cast<std::uint16_t>(offset),
                                         .has_more = has_more,
                                         .traffic_class = static_cast<std::uint8_t>(data[4] & 3),
                                         .header = header});
      if (whole.packet) {
        const std::vector<std::byte> bytes = net::BytesOf(whole.packet);
        Require(std::equal(bytes.begin(), bytes.end(), Pattern().begin()));
      }
      Require(engine.buffers() <= kOptions.most_buffers && engine.datagrams() <= kOptions.most_datagrams);
    }
  }
  Require(context.buffers().free_count() == context.buffers().count());
  Require(context->timers().running() == 0);
  return 0;
}
