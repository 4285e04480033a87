// A program as people port them: POSIX sockets and threads, on a network that configures itself. TCP echo 7, UDP echo 7
// and HTTP 80 by either version of IP, and on port 9001 a connection a command:
//
//   addresses          its addresses, one a line
//   lookup NAME        what getaddrinfo says
//   visit NAME PORT    connects to NAME and reads to the end: the address that answered, and how much it sent
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
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

void Obey(int file) {
  std::istringstream words(ReceiveUntil(file, "\n"));
  std::string command, name, port;
  words >> command >> name >> port;
  if (command == "addresses") SendAll(file, Addresses());
  if (command == "lookup") SendAll(file, Lookup(name));
  if (command == "visit") SendAll(file, Visit(name, port));
}

}  // namespace

int main() {
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
