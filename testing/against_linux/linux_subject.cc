#include "testing/against_linux/linux_subject.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace against_linux {
namespace {

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "Linux: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

struct Address {
  sockaddr_storage storage = {};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Address AddressOf(bool is_ipv6, int host, std::uint16_t port) {
  Address address;
  if (is_ipv6) {
    auto& in = reinterpret_cast<sockaddr_in6&>(address.storage);
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    std::memcpy(&in.sin6_addr, Ipv6Of(host).data(), 16);
    address.size = sizeof(in);
  } else {
    auto& in = reinterpret_cast<sockaddr_in&>(address.storage);
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, Ipv4Of(host).data(), 4);
    address.size = sizeof(in);
  }
  return address;
}

// Linux uapi linux/tcp.h: the numbers of TCP_INFO and /proc/net/tcp.
std::string NameOf(int state) {
  constexpr std::array<const char*, 13> kNames = {
      "?",      "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2",  "TIME-WAIT",
      "CLOSED", "CLOSE-WAIT",  "LAST-ACK", "LISTEN",       "CLOSING",    "SYN-RECEIVED"};
  return kNames[static_cast<std::size_t>(state) % kNames.size()];
}

// What has no socket: a connection half open, or in TIME-WAIT.
std::string StateInTable(bool is_ipv6, std::uint16_t peer_port) {
  std::ifstream table(is_ipv6 ? "/proc/net/tcp6" : "/proc/net/tcp");
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string number, local, remote, state;
    words >> number >> local >> remote >> state;
    const auto port_of = [](const std::string& end) { return std::stoul(end.substr(end.rfind(':') + 1), nullptr, 16); };
    if (port_of(local) == kSubjectPort && port_of(remote) == peer_port) return NameOf(std::stoi(state, nullptr, 16));
  }
  return "";
}

}  // namespace

LinuxSubject::LinuxSubject(const char* tap) : tap_(open("/dev/net/tun", O_RDWR | O_NONBLOCK)) {
  ifreq request = {};
  std::strncpy(request.ifr_name, tap, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (tap_ < 0 || ioctl(tap_, TUNSETIFF, &request) != 0) Die(tap);
  udp_ = socket(AF_INET6, SOCK_DGRAM, 0);
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(kEchoPort);
  if (bind(udp_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) Die("bind");
  if (ioctl(udp_, SIOCGIFHWADDR, &request) != 0) Die("hardware address");
  mac_.assign(request.ifr_hwaddr.sa_data, 6);
}

LinuxSubject::~LinuxSubject() {
  Clean();
  close(udp_);
  close(tap_);
}

void LinuxSubject::Send(const Bytes& frame) {
  if (write(tap_, frame.data(), frame.size()) < 0 && errno != EINVAL) Die("write");
}

std::vector<Bytes> LinuxSubject::Take() {
  std::vector<Bytes> frames;
  std::array<char, 70'000> frame;
  for (;;) {
    const ssize_t size = read(tap_, frame.data(), frame.size());
    if (size <= 0) return frames;
    frames.emplace_back(frame.data(), static_cast<std::size_t>(size));
  }
}

int LinuxSubject::Open(bool is_ipv6) const {
  const int file = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  const linger at_once = {.l_onoff = 1, .l_linger = 0};
  const Address local = AddressOf(is_ipv6, 1, kSubjectPort);
  if (file < 0 || setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      setsockopt(file, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) != 0 ||
      bind(file, local.get(), local.size) != 0) {
    Die("bind");
  }
  return file;
}

void LinuxSubject::Listen(bool is_ipv6) {
  listener_ = Open(is_ipv6);
  if (listen(listener_, 8) != 0) Die("listen");
}

void LinuxSubject::Connect(bool is_ipv6, std::uint16_t peer_port) {
  connection_ = Open(is_ipv6);
  const Address remote = AddressOf(is_ipv6, 2, peer_port);
  if (connect(connection_, remote.get(), remote.size) != 0 && errno != EINPROGRESS) Die("connect");
}

void LinuxSubject::Accept() {
  if (connection_ < 0 && listener_ >= 0) connection_ = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
}

void LinuxSubject::Write(std::size_t size) {
  const std::string bytes(size, 'y');
  if (send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(size)) Die("send");
}

void LinuxSubject::ShutDownWrite() {
  if (shutdown(connection_, SHUT_WR) != 0) Die("shutdown");
}

std::string LinuxSubject::State(bool is_ipv6, std::uint16_t peer_port) {
  Accept();
  if (connection_ >= 0) {
    tcp_info info = {};
    socklen_t size = sizeof(info);
    if (getsockopt(connection_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) Die("TCP_INFO");
    const std::string name = NameOf(info.tcpi_state);
    if (name != "CLOSED") return name;
  }
  const std::string name = StateInTable(is_ipv6, peer_port);
  if (!name.empty()) return name;
  return listener_ >= 0 && connection_ < 0 ? "LISTEN" : "CLOSED";
}

std::size_t LinuxSubject::Readable() {
  int size = 0;
  if (connection_ < 0 || ioctl(connection_, FIONREAD, &size) != 0) return 0;
  return static_cast<std::size_t>(size);
}

void LinuxSubject::Clean() {
  if (connection_ >= 0) close(std::exchange(connection_, -1));
  if (listener_ >= 0) close(std::exchange(listener_, -1));
  Take();
}

}  // namespace against_linux
