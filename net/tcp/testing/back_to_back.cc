#include "net/tcp/testing/back_to_back.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernel/base/check.h"
#include "net/ip/ip.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"
#include "net/wire/checksum.h"
#include "net/wire/endian.h"
#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

constexpr std::size_t kIpv4Header = 20;  // bytes

// What a device does with PacketInfo::Checksum::kPartial.
void Complete(std::span<std::byte> segment) {
  wire::Checksum whole;
  whole.Add(segment);  // the field holds the pseudo-header's sum
  wire::StoreBig(&segment[wire::kTcpChecksumPlace], whole.Finish());
}

// What a device does with PacketInfo::Segmentation: equal pieces, each with the header, numbered and flagged.
std::vector<std::vector<std::byte>> Cut(const std::vector<std::byte>& bytes, const PacketInfo& info) {
  if (info.segmentation == PacketInfo::Segmentation::kNone) return {bytes};
  const std::size_t header = static_cast<std::size_t>(bytes[12]) / 16 * 4;
  const std::size_t payload = bytes.size() - header;
  std::vector<std::vector<std::byte>> pieces;
  for (std::size_t at = 0; at < payload; at += info.segment_size) {
    const std::size_t size = std::min<std::size_t>(info.segment_size, payload - at);
    std::vector<std::byte> piece(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header));
    piece.insert(piece.end(), bytes.begin() + static_cast<std::ptrdiff_t>(header + at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(header + at + size));
    wire::StoreBig(&piece[4], static_cast<std::uint32_t>(wire::LoadBig<std::uint32_t>(&bytes[4]) + at));
    std::uint8_t flags = static_cast<std::uint8_t>(piece[13]);
    if (at > 0) flags &= static_cast<std::uint8_t>(~wire::kCwr.bits);
    if (at + size < payload) flags &= static_cast<std::uint8_t>(~(wire::kFin | wire::kPsh).bits);
    piece[13] = static_cast<std::byte>(flags);
    // The sum of the pseudo-header knows the whole length.
    const std::uint16_t old_sum = wire::LoadBig<std::uint16_t>(&piece[wire::kTcpChecksumPlace]);
    const std::uint16_t adjusted = static_cast<std::uint16_t>(
        ~wire::UpdateChecksum(static_cast<std::uint16_t>(~old_sum), static_cast<std::uint16_t>(bytes.size()),
                              static_cast<std::uint16_t>(piece.size())));
    wire::StoreBig(&piece[wire::kTcpChecksumPlace], adjusted);
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

}  // namespace

BackToBack::Host::Host(BackToBack& owner, int side, std::uint64_t seed, const Config& config)
    : context(seed * 2 + static_cast<std::uint64_t>(side), 4096, 4096),
      link(owner, side),
      storage(Tcp::StorageFor(config)) {
  context->SetNow(owner.now_);
  tcp = std::make_unique<Tcp>(context, link, config, storage);
}

BackToBack::BackToBack(std::uint64_t seed, const Weather& weather, const Config& config)
    : weather_(weather), random_(seed), now_(kernel::Instant{} + kernel::Duration::Seconds(1000)) {
  for (int side = 0; side < 2; ++side) hosts_[side] = std::make_unique<Host>(*this, side, seed, config);
}

BackToBack::~BackToBack() = default;

IpAddress BackToBack::address(int side) const { return Ipv4Address::Of(10, 0, 0, static_cast<std::uint8_t>(1 + side)); }

kernel::Result<Path> BackToBack::Link::FindPath(const IpAddress&, const IpAddress&, Interface*) {
  return Path{
      .source = owner_.address(side_), .mtu = owner_.weather_.mtu, .largest_segment = owner_.weather_.largest_segment};
}

kernel::Result<void> BackToBack::Link::Send(Packet packet, const IpSend& send) {
  for (std::vector<std::byte>& piece : Cut(BytesOf(packet), packet.info())) {
    CHECK(piece.size() + kIpv4Header <= owner_.weather_.mtu);
    Complete(piece);
    owner_.Launch(1 - side_, std::move(piece), send);
  }
  return {};
}

void BackToBack::Launch(int to, std::vector<std::byte> bytes, const IpSend& send) {
  ++packets_;
  if (random_.Below(1000) < weather_.loss) return;
  const int copies = random_.Below(1000) < weather_.duplication ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    kernel::Instant at = now_ + weather_.delay;
    if (random_.Below(1000) < weather_.reordering) {
      at = at + kernel::Duration::Nanoseconds(random_.Below(static_cast<std::uint32_t>(weather_.jitter.nanoseconds)));
    }
    std::vector<std::byte> copy = bytes;
    if (random_.Below(1000) < weather_.corruption) {
      copy[random_.Below(static_cast<std::uint32_t>(copy.size()))] ^= static_cast<std::byte>(1 << random_.Below(8));
    }
    flights_.push({.at = at,
                   .order = packets_ * 2 + static_cast<std::uint64_t>(i),
                   .to = to,
                   .bytes = std::move(copy),
                   .traffic_class = send.traffic_class});
  }
}

void BackToBack::Arrive(const Flight& flight) {
  Host& host = *hosts_[flight.to];
  host.context->SetNow(now_);
  Packet packet = host.context.PacketOf(flight.bytes);
  const IpReceived received = {.source = address(1 - flight.to),
                               .destination = address(flight.to),
                               .traffic_class = flight.traffic_class,
                               .hop_limit = 64};
  host.link.transport().Receive(packet, received);
}

bool BackToBack::Step(kernel::Instant end) {
  kernel::Instant next = flights_.empty() ? kernel::kNever : flights_.top().at;
  int due = -1;
  for (int side = 0; side < 2; ++side) {
    const kernel::Instant timer = hosts_[side]->context->timers().NextDeadline();
    if (timer < next) {
      next = timer;
      due = side;
    }
  }
  if (next == kernel::kNever || next > end) return false;
  now_ = std::max(now_, next);
  for (const std::unique_ptr<Host>& host : hosts_) host->context->SetNow(now_);
  if (due >= 0) {
    hosts_[due]->context->timers().RunDue(now_, 1);
    return true;
  }
  const Flight flight = flights_.top();
  flights_.pop();
  Arrive(flight);
  return true;
}

}  // namespace net::tcp
