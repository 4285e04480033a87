// A minimal HTTP responder on POSIX sockets and epoll: the same source is a process of Linux and an image of ours. Each
// request, whatever it asks for, gets 612 bytes.
#include "testing/bench/http_over_tap/responder.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr std::size_t kMostFiles = 1024;
constexpr std::size_t kMostRequest = 4096;  // bytes that wait for the rest of a request

std::array<std::string, kMostFiles> unread;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

const std::string& Response() {
  static const std::string response =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 612\r\n\r\n" + std::string(611, 'x') + "\n";
  return response;
}

void Watch(int epoll, int file) {
  epoll_event event = {.events = EPOLLIN, .data = {.fd = file}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event) != 0) Die("epoll_ctl");
}

int Listen() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(80);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) Die("bind");
  if (listen(listener, 512) != 0) Die("listen");
  return listener;
}

void AcceptAll(int epoll, int listener) {
  const int yes = 1;
  for (int file; (file = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
    if (static_cast<std::size_t>(file) >= kMostFiles) {
      close(file);
      continue;
    }
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    unread[static_cast<std::size_t>(file)].clear();
    Watch(epoll, file);
  }
}

// False: the connection is over.
bool Serve(int file) {
  std::array<char, 4096> bytes;
  const ssize_t size = read(file, bytes.data(), bytes.size());
  if (size <= 0) return false;
  std::string& text = unread[static_cast<std::size_t>(file)];
  text.append(bytes.data(), static_cast<std::size_t>(size));
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::string answer;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find(kEnd, begin)) != text.npos; begin = end + kEnd.size()) answer += Response();
  text.erase(0, begin);
  if (text.size() > kMostRequest) return false;
  return answer.empty() || write(file, answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
}

}  // namespace

int main() {
  BringUp("10.9.9.1/24");
  const int listener = Listen();
  const int epoll = epoll_create1(0);
  Watch(epoll, listener);
  std::puts("serving port 80");
  std::fflush(stdout);
  std::array<epoll_event, 64> events;
  for (;;) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int file = events[static_cast<std::size_t>(i)].data.fd;
      if (file == listener) {
        AcceptAll(epoll, listener);
      } else if (!Serve(file)) {
        close(file);
      }
    }
  }
}
