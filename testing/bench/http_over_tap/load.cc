// Loads an HTTP server: so many connections that stay, on each the next request when the response has come.
//
//   load ADDRESS CONNECTIONS MILLISECONDS      prints "REQUESTS NANOSECONDS" of what was answered in that time
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view kRequest = "GET /hello HTTP/1.1\r\nHost: enkel\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n";

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

std::int64_t Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

struct Client {
  int file = -1;
  std::size_t received = 0;  // of the response
};

void Ask(const Client& client) {
  if (write(client.file, kRequest.data(), kRequest.size()) != static_cast<ssize_t>(kRequest.size())) Die("write");
}

int Connect(const char* address) {
  const int file = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(80);
  if (inet_pton(AF_INET, address, &to.sin_addr) != 1) Die("inet_pton");
  if (connect(file, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) Die("connect");
  const int yes = 1;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  return file;
}

// The size of a whole response: all have the same.
std::size_t LearnSize(const Client& client) {
  Ask(client);
  std::string text;
  std::array<char, 4096> bytes;
  for (;;) {
    const ssize_t size = read(client.file, bytes.data(), bytes.size());
    if (size <= 0) Die("read");
    text.append(bytes.data(), static_cast<std::size_t>(size));
    const std::size_t head = text.find("\r\n\r\n");
    if (head != text.npos && text.size() == head + 4 + 612 && text.starts_with("HTTP/1.1 200 ")) return text.size();
    if (text.size() > 4000) Die("not a response of 612 bytes");
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return 2;
  std::vector<Client> clients(static_cast<std::size_t>(std::atoi(words[2])));
  const int epoll = epoll_create1(0);
  for (Client& client : clients) {
    client.file = Connect(words[1]);
    epoll_event event = {.events = EPOLLIN, .data = {.ptr = &client}};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, client.file, &event) != 0) Die("epoll_ctl");
  }
  const std::size_t size = LearnSize(clients.front());
  for (const Client& client : clients) Ask(client);
  const std::int64_t start = Now();
  const std::int64_t end = start + std::int64_t{std::atoi(words[3])} * 1'000'000;
  std::int64_t requests = 0;
  std::int64_t now = start;
  std::array<epoll_event, 64> events;
  std::array<char, 65536> bytes;
  while (now < end) {
    const int ready = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 1000);
    now = Now();
    for (int i = 0; i < ready; ++i) {
      Client& client = *static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
      const ssize_t got = read(client.file, bytes.data(), bytes.size());
      if (got <= 0) Die("a connection was lost");
      client.received += static_cast<std::size_t>(got);
      if (client.received < size) continue;
      if (client.received > size) Die("more than a response");
      client.received = 0;
      ++requests;
      Ask(client);
    }
  }
  std::printf("%lld %lld\n", static_cast<long long>(requests), static_cast<long long>(now - start));
}
