#include "testing/sim/host.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "kernel/base/time.h"
#include "net/device.h"
#include "net/ip/ip.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "testing/sim/plain_ip.h"
#include "testing/sim/whole_ip.h"
#include "testing/sim/world.h"

namespace sim {
namespace {

constexpr std::size_t kUdpBuckets = 16;
constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;

// From an interrupt to the loop's turn.
constexpr kernel::Duration kWakeLatency = kernel::Duration::Microseconds(2);

net::DeviceCapabilities CapabilitiesOf(const HostOptions& options) {
  net::DeviceCapabilities capabilities = options.card;
  capabilities.mac = MacOf(options.number);
  return capabilities;
}

}  // namespace

Host::Host(World& world, const HostOptions& options)
    : world_(world),
      options_(options),
      random_(world.random().Next()),
      packet_storage_(net::PacketPool::StorageFor(options.packets)),
      buffer_storage_(net::BufferPool::StorageFor(options.buffers, options.buffer_size)),
      tcp_storage_(net::tcp::Tcp::StorageFor(options.tcp)),
      packets_(packet_storage_),
      buffers_(buffer_storage_, options.buffer_size),
      context_(random_, packets_, buffers_, *this),
      card_(CapabilitiesOf(options), options.card_options, packets_, buffers_, *this),
      interface_(context_, card_, {}),
      stack_(context_),
      plain_ip_(options.has_plain_ip ? std::make_unique<PlainIp>(interface_, options.number) : nullptr),
      whole_ip_(options.has_plain_ip ? nullptr : std::make_unique<WholeIp>(context_, interface_, options.number)),
      ip_(options.has_plain_ip ? static_cast<net::Ip*>(plain_ip_.get()) : &whole_ip_->ip()),
      udp_buckets_(kUdpBuckets),
      udp_(context_, *ip_, udp_buckets_),
      tcp_(context_, *ip_, options.tcp, tcp_storage_) {
  context_.SetNow(Now());
  interface_.UseSegmenter(segmenter_);
  stack_.Add(interface_);
}

// What still waits on the card and in the starved pools goes home first.
Host::~Host() { GiveBack(); }

net::Packet Host::PacketOf(std::span<const std::byte> bytes) {
  net::Packet packet = packets_.Take();
  while (packet && !bytes.empty()) {
    net::Buffer buffer = buffers_.Take();
    if (!buffer) return {};
    const std::size_t size = std::min(bytes.size(), buffer.capacity());
    std::memcpy(buffer.data(), bytes.data(), size);
    if (!packet.Append(std::move(buffer), 0, size)) return {};
    bytes = bytes.subspan(size);
  }
  return packet;
}

void Host::Starve(std::size_t packets_left, std::size_t buffers_left) {
  while (packets_.free_count() > packets_left) starved_packets_.push_back(packets_.Take());
  while (buffers_.free_count() > buffers_left) starved_buffers_.push_back(buffers_.Take());
}

void Host::GiveBack() {
  starved_packets_.clear();
  starved_buffers_.clear();
}

bool Host::HasAllMemory() const {
  return packets_.free_count() == packets_.count() && buffers_.free_count() == buffers_.count();
}

bool Host::IsAtRest() const {
  return HasAllMemory() && tcp_.connections() == 0 && tcp_.half_open() == 0 && tcp_.time_waits() == 0 &&
         tcp_.memory_used() == 0;
}

std::string Host::Describe() const {
  return "host " + std::to_string(options_.number) + ": packets " + std::to_string(packets_.free_count()) + "/" +
         std::to_string(packets_.count()) + ", buffers " + std::to_string(buffers_.free_count()) + "/" +
         std::to_string(buffers_.count()) + ", connections " + std::to_string(tcp_.connections()) + ", half open " +
         std::to_string(tcp_.half_open()) + ", TIME-WAIT " + std::to_string(tcp_.time_waits()) + ", memory " +
         std::to_string(tcp_.memory_used());
}

void Host::Wake() { PollAt(world_.now() + kWakeLatency); }

void Host::PollAt(kernel::Instant when) {
  if (when >= next_poll_) return;
  next_poll_ = when;
  world_.At(when, [this, number = ++poll_number_] {
    if (number == poll_number_) Poll();
  });
}

void Host::Poll() {
  next_poll_ = kernel::kNever;
  const kernel::Instant wanted = stack_.Poll(Now());
  if (wanted == kernel::kNever) return;
  PollAt(std::max(WorldTime(wanted), world_.now() + kWakeLatency));
}

kernel::Instant Host::LocalTime(kernel::Instant world) const {
  return kernel::Instant{world.nanoseconds + world.nanoseconds / kMicrosecondsPerSecond * options_.clock_skew} +
         options_.clock_offset;
}

// Not before the local clock shows `local`.
kernel::Instant Host::WorldTime(kernel::Instant local) const {
  const std::int64_t shown = (local - options_.clock_offset).nanoseconds;
  kernel::Instant world{shown - shown / (kMicrosecondsPerSecond + options_.clock_skew) * options_.clock_skew};
  while (LocalTime(world) < local) world = world + kernel::Duration::Microseconds(1);
  return world;
}

}  // namespace sim
