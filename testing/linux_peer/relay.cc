// A bad cable between an image and Linux: a sim::Cable in real time between two tap interfaces.
//
//   relay IMAGE_TAP LINUX_TAP KEY=VALUE...
//
// The image holds IMAGE_TAP's other end; the relay takes what appears on that interface, and holds LINUX_TAP's other
// end itself. Keys, each way: seed, lost, doubled, damaged, overtaken (of a million frames), delay, jitter, hold
// (microseconds), rate (bits a second). It prints "ready", and what happened to the frames when its input ends.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/time.h"
#include "net/packet/packet.h"
#include "testing/sim/cable.h"
#include "testing/sim/offload.h"
#include "testing/sim/world.h"

namespace {

constexpr std::size_t kVirtioHeader = 10;
constexpr std::size_t kMostFrame = 66000;

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "relay: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

ifreq Request(const char* name) {
  ifreq request = {};
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  return request;
}

// Everything that passes the interface, whole or with work undone.
int OpenInterface(const char* name) {
  const int file = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL));
  const int on = 1;
  sockaddr_ll address = {};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex(name));
  packet_mreq promiscuous = {};
  promiscuous.mr_ifindex = address.sll_ifindex;
  promiscuous.mr_type = PACKET_MR_PROMISC;
  const int room = 8 << 20;
  if (file < 0 || setsockopt(file, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) != 0 ||
      setsockopt(file, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) != 0 ||
      bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      setsockopt(file, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof(promiscuous)) != 0) {
    Die(name);
  }
  // More than the system's limit where there is the right to it: only speed depends on it.
  setsockopt(file, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
  setsockopt(file, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
  return file;
}

// The other end of a tap interface to which Linux leaves no work.
int OpenTap(const char* name) {
  const int file = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  ifreq request = Request(name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  if (file < 0 || ioctl(file, TUNSETIFF, &request) != 0 || ioctl(file, TUNSETOFFLOAD, 0) != 0) Die(name);
  return file;
}

// What virtio's header says is left to do. [VIRTIO] 5.1.6
net::PacketInfo InfoOf(std::span<const std::byte> header) {
  struct {
    std::uint8_t flags, gso_type;
    std::uint16_t hdr_len, gso_size, csum_start, csum_offset;
  } fields;
  static_assert(sizeof(fields) == kVirtioHeader);
  std::memcpy(&fields, header.data(), sizeof(fields));
  net::PacketInfo info;
  if ((fields.flags & 1) == 0) return info;
  info.checksum = net::PacketInfo::Checksum::kPartial;
  info.checksum_start = fields.csum_start;
  info.checksum_field = fields.csum_offset;
  info.segment_size = fields.gso_size;
  if ((fields.gso_type & 0x7f) == 1) info.segmentation = net::PacketInfo::Segmentation::kTcpIpv4;
  if ((fields.gso_type & 0x7f) == 4) info.segmentation = net::PacketInfo::Segmentation::kTcpIpv6;
  return info;
}

// One side of the cable.
class Side final : public sim::Jack {
 public:
  Side(int file, sim::Cable::End end) : file_(file), end_(end) {}

  void Arrive(const sim::Frame& frame) override {
    std::vector<std::byte> bytes(kVirtioHeader + frame.bytes.size());
    std::ranges::copy(frame.bytes, bytes.begin() + kVirtioHeader);
    // A full queue is a loss: TCP lives with it.
    if (write(file_, bytes.data(), bytes.size()) < 0) ++refused_;
  }

  // Puts what waits onto the cable.
  void Take(sim::Cable& cable) {
    std::array<std::byte, kMostFrame> bytes;
    for (int i = 0; i < 64; ++i) {
      const ssize_t size = read(file_, bytes.data(), bytes.size());
      if (size < static_cast<ssize_t>(kVirtioHeader)) return;
      const auto all = std::span(bytes).first(static_cast<std::size_t>(size));
      const auto frame = all.subspan(kVirtioHeader);
      for (sim::Frame& each : sim::PutOnWire({.bytes = {frame.begin(), frame.end()}, .info = InfoOf(all)})) {
        cable.Send(end_, std::move(each));
      }
    }
  }

  int file() const { return file_; }
  std::uint64_t refused() const { return refused_; }

 private:
  int file_;
  sim::Cable::End end_;
  std::uint64_t refused_ = 0;
};

struct Settings {
  std::uint64_t seed = 1;
  sim::Conditions conditions = {.delay = {}, .most_waiting = 1 << 20};
};

void Set(Settings& settings, std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) Die("KEY=VALUE expected");
  const std::string_view key = word.substr(0, equals);
  const std::uint64_t value = std::strtoull(word.data() + equals + 1, nullptr, 10);
  const auto rate = static_cast<std::uint32_t>(value);
  const auto time = kernel::Duration::Microseconds(static_cast<std::int64_t>(value));
  if (key == "seed")
    settings.seed = value;
  else if (key == "lost")
    settings.conditions.lost = rate;
  else if (key == "doubled")
    settings.conditions.doubled = rate;
  else if (key == "damaged")
    settings.conditions.damaged = rate;
  else if (key == "overtaken")
    settings.conditions.overtaken = rate;
  else if (key == "delay")
    settings.conditions.delay = time;
  else if (key == "jitter")
    settings.conditions.jitter = time;
  else if (key == "hold")
    settings.conditions.longest_hold = time;
  else if (key == "rate")
    settings.conditions.bits_per_second = value;
  else
    Die("unknown key");
}

kernel::Instant Now() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
              .count()};
}

// Until something can be read, or `when` has come. False: standard input has ended.
bool Wait(const Side& left, const Side& right, kernel::Instant when) {
  std::array<pollfd, 3> files = {{{left.file(), POLLIN, 0}, {right.file(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
  const std::int64_t left_ns = std::clamp<std::int64_t>((when - Now()).nanoseconds, 0, 100'000'000);
  const timespec timeout = {.tv_sec = 0, .tv_nsec = left_ns};
  ppoll(files.data(), files.size(), &timeout, nullptr);
  std::array<char, 16> input;
  return files[2].revents == 0 || read(STDIN_FILENO, input.data(), input.size()) > 0;
}

void Print(const char* name, const sim::CableCounters& counters, std::uint64_t refused) {
  std::printf("%s: sent %llu lost %llu doubled %llu damaged %llu overtaken %llu delivered %llu refused %llu\n", name,
              static_cast<unsigned long long>(counters.sent), static_cast<unsigned long long>(counters.lost),
              static_cast<unsigned long long>(counters.doubled), static_cast<unsigned long long>(counters.damaged),
              static_cast<unsigned long long>(counters.overtaken), static_cast<unsigned long long>(counters.delivered),
              static_cast<unsigned long long>(refused));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) Die("usage: relay IMAGE_TAP LINUX_TAP KEY=VALUE...");
  Settings settings;
  for (int i = 3; i < argc; ++i) Set(settings, argv[i]);
  sim::World world(settings.seed);
  Side image(OpenInterface(argv[1]), sim::Cable::End::kLeft);
  Side peer(OpenTap(argv[2]), sim::Cable::End::kRight);
  sim::Cable cable(world, image, peer);
  cable.SetConditions(settings.conditions);
  std::printf("ready\n");
  std::fflush(stdout);
  world.RunUntil(Now());
  while (Wait(image, peer, world.next())) {
    world.RunUntil(Now());
    image.Take(cable);
    peer.Take(cable);
    world.RunUntil(Now());
  }
  Print("from the image", cable.counters(sim::Cable::End::kLeft), peer.refused());
  Print("to the image", cable.counters(sim::Cable::End::kRight), image.refused());
}
