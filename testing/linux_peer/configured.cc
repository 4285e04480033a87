// A program as people port them: POSIX sockets and threads, on a network that configures itself. TCP echo 7, UDP echo 7
// and HTTP 80 by either version of IP, and on port 9001 a connection a command:
//
//   addresses          its addresses, one a line
//   lookup NAME        what getaddrinfo says
//   visit NAME PORT    connects to NAME and reads to the end: the address that answered, and how much it sent
//   join GROUP PORT    joins GROUP and says so; the first datagram to PORT, and where it was sent to; leaves
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "boards/machine/network.h"
#include "net/wire/address.h"
#include "net/wire/address_text.h"

namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::string TextOf(const net::IpAddress& address) {
  std::array<char, net::wire::kMostAddressText> text;
  return {text.data(), net::wire::WriteAddress(address, text)};
}

std::string TextOf(const sockaddr& address) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  const void* const bytes = address.sa_family == AF_INET
                                ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr)
                                : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  inet_ntop(address.sa_family, bytes, text.data(), text.size());
  return text.data();
}

// A socket of both versions.
int Open(int type, std::uint16_t port) {
  const int file = socket(AF_INET6, type, 0);
  if (file < 0) Die("socket");
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  if (bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) Die("bind");
  if (type == SOCK_STREAM && listen(file, 16) != 0) Die("listen");
  return file;
}

void Serve(int listener, void (*serve)(int)) {
  for (;;) {
    const int file = accept(listener, nullptr, nullptr);
    if (file < 0) Die("accept");
    std::thread([file, serve] {
      serve(file);
      close(file);
    }).detach();
  }
}

// False: the other side has gone.
bool SendAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(file, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// What comes until `end` stands at the end of it, or nothing more comes.
std::string ReceiveUntil(int file, std::string_view end) {
  std::string text;
  std::array<char, 1000> bytes;
  while (end.empty() || !text.ends_with(end)) {
    const ssize_t size = recv(file, bytes.data(), bytes.size(), 0);
    if (size <= 0) break;
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text;
}

void Echo(int file) {
  std::vector<char> bytes(65536);
  for (;;) {
    const ssize_t size = recv(file, bytes.data(), bytes.size(), 0);
    if (size <= 0 || !SendAll(file, {bytes.data(), static_cast<std::size_t>(size)})) return;
  }
}

void ServeHttp(int file) {
  while (ReceiveUntil(file, "\r\n\r\n").ends_with("\r\n\r\n")) {
    if (!SendAll(file, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello Linux\n")) return;
  }
}

void EchoDatagrams(int file) {
  std::vector<char> bytes(65536);
  for (;;) {
    sockaddr_storage from;
    socklen_t from_size = sizeof(from);
    const ssize_t size = recvfrom(file, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &from_size);
    if (size < 0) continue;  // a port that was unreachable
    sendto(file, bytes.data(), static_cast<std::size_t>(size), 0, reinterpret_cast<const sockaddr*>(&from), from_size);
  }
}

std::string Addresses() {
  machine::Network& network = machine::Network::Get();
  std::array<net::Ipv6Address, 16> addresses;
  std::string text = TextOf(network.address()) + "\n";
  for (const net::Ipv6Address& each : std::span(addresses).first(network.ReadIpv6Addresses(addresses))) {
    text += TextOf(each) + "\n";
  }
  return text;
}

template <typename Use>
std::string ForEachAddress(const std::string& name, const char* service, Use use) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(name.c_str(), service, &hints, &found); error != 0) {
    return std::string(gai_strerror(error)) + "\n";
  }
  std::string text;
  for (const addrinfo* each = found; each != nullptr && use(*each, text); each = each->ai_next) continue;
  freeaddrinfo(found);
  return text;
}

std::string Lookup(const std::string& name) {
  return ForEachAddress(name, nullptr, [](const addrinfo& each, std::string& text) {
    text += TextOf(*each.ai_addr) + "\n";
    return true;
  });
}

std::string Visit(const std::string& name, const std::string& port) {
  return ForEachAddress(name, port.c_str(), [](const addrinfo& each, std::string& text) {
    const int file = socket(each.ai_family, each.ai_socktype, each.ai_protocol);
    const bool is_connected = connect(file, each.ai_addr, each.ai_addrlen) == 0;
    if (is_connected) {
      text = TextOf(*each.ai_addr) + " " + std::to_string(ReceiveUntil(file, "").size()) + "\n";
    } else {
      text = std::string(std::strerror(errno)) + "\n";
    }
    close(file);
    return !is_connected;
  });
}

sockaddr_storage AnyOf(int family, std::uint16_t port) {
  sockaddr_storage any = {};
  any.ss_family = static_cast<sa_family_t>(family);
  auto& place =
      family == AF_INET ? reinterpret_cast<sockaddr_in&>(any).sin_port : reinterpret_cast<sockaddr_in6&>(any).sin6_port;
  place = htons(port);
  return any;
}

// A datagram, and the address that it was sent to, of the control message that was asked for.
std::string ReceiveTold(int file) {
  std::array<char, 100> bytes;
  alignas(cmsghdr) std::array<char, 256> control;
  iovec part = {bytes.data(), bytes.size()};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = recvmsg(file, &message, 0);
  const cmsghdr* const head = CMSG_FIRSTHDR(&message);
  if (size < 0 || head == nullptr) return "nothing";
  std::array<char, INET6_ADDRSTRLEN> text = {};
  if (head->cmsg_level == IPPROTO_IP) {
    in_pktinfo info;
    std::memcpy(&info, CMSG_DATA(head), sizeof(info));
    inet_ntop(AF_INET, &info.ipi_addr, text.data(), text.size());
  } else {
    in6_pktinfo info;
    std::memcpy(&info, CMSG_DATA(head), sizeof(info));
    inet_ntop(AF_INET6, &info.ipi6_addr, text.data(), text.size());
  }
  return std::string(bytes.data(), static_cast<std::size_t>(size)) + " to " + text.data();
}

void Join(int stream, const std::string& group, std::uint16_t port) {
  const int family = group.find(':') == group.npos ? AF_INET : AF_INET6;
  const int level = family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
  const int file = socket(family, SOCK_DGRAM, 0);
  const sockaddr_storage any = AnyOf(family, port);
  group_req wish = {.gr_interface = 0, .gr_group = AnyOf(family, 0)};
  void* const address = family == AF_INET
                            ? static_cast<void*>(&reinterpret_cast<sockaddr_in&>(wish.gr_group).sin_addr)
                            : static_cast<void*>(&reinterpret_cast<sockaddr_in6&>(wish.gr_group).sin6_addr);
  inet_pton(family, group.c_str(), address);
  const timeval patience = {.tv_sec = 10, .tv_usec = 0};
  const int yes = 1;
  const bool has_joined =
      bind(file, reinterpret_cast<const sockaddr*>(&any), sizeof(any)) == 0 &&
      setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0 &&
      setsockopt(file, level, family == AF_INET ? IP_PKTINFO : IPV6_RECVPKTINFO, &yes, sizeof(yes)) == 0 &&
      setsockopt(file, level, MCAST_JOIN_GROUP, &wish, sizeof(wish)) == 0;
  SendAll(stream, has_joined ? "joined\n" : std::string(std::strerror(errno)) + "\n");
  if (has_joined) SendAll(stream, ReceiveTold(file) + "\n");
  close(file);
}

void Obey(int file) {
  std::istringstream words(ReceiveUntil(file, "\n"));
  std::string command, name, port;
  words >> command >> name >> port;
  if (command == "addresses") SendAll(file, Addresses());
  if (command == "lookup") SendAll(file, Lookup(name));
  if (command == "join") Join(file, name, static_cast<std::uint16_t>(std::stoi(port)));
  if (command == "visit") SendAll(file, Visit(name, port));
}

}  // namespace

int main() {
  machine::Network::UseTemporaryAddresses();
  machine::Network& network = machine::Network::Up();
  std::printf("address %s\n", TextOf(network.address()).c_str());
  std::thread(Serve, Open(SOCK_STREAM, 7), Echo).detach();
  std::thread(Serve, Open(SOCK_STREAM, 80), ServeHttp).detach();
  std::thread(EchoDatagrams, Open(SOCK_DGRAM, 7)).detach();
  const int commands = Open(SOCK_STREAM, 9001);
  std::printf("ready\n");
  std::fflush(stdout);
  Serve(commands, Obey);
}
