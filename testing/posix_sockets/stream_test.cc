// [POSIX] listen, accept, connect, send, recv, shutdown of TCP; [tcp(7)], [socket(7)].
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include "gtest/gtest.h"
#include "testing/posix_sockets/sockets.h"

namespace posix {
namespace {

class Stream : public EachFamily {
 protected:
  // Two ends of one connection.
  struct Pair {
    Descriptor client;
    Descriptor server;
  };
  Pair Connected() const {
    const Descriptor listener = Listener();
    Descriptor client(socket(family(), SOCK_STREAM, 0));
    EXPECT_EQ(Connect(client, NameOf(listener)), 0) << "errno " << errno;
    Descriptor server(accept(listener, nullptr, nullptr));
    return {std::move(client), std::move(server)};
  }
  static short WaitFor(int descriptor, short wanted) {
    pollfd file = {.fd = descriptor, .events = wanted, .revents = 0};
    EXPECT_EQ(poll(&file, 1, 10'000), 1);
    return file.revents;
  }
};
INSTANTIATE_TEST_SUITE_P(Sockets, Stream, testing::Values("127.0.0.1", "::1"),
                         [](const auto& info) { return FamilyOf(info.param) == AF_INET ? "Ipv4" : "Ipv6"; });

TEST_P(Stream, ConnectsAcceptsAndKnowsBothEnds) {
  const Descriptor listener = Listener();
  const Descriptor client(socket(family(), SOCK_STREAM, 0));
  ASSERT_EQ(Connect(client, NameOf(listener)), 0);
  Address from;
  const Descriptor server(accept4(listener, from.get(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  EXPECT_EQ(from.text(), GetParam());
  EXPECT_EQ(from.port(), NameOf(client).port());
  EXPECT_EQ(PeerOf(client).port(), NameOf(listener).port());
  EXPECT_EQ(PeerOf(server).port(), NameOf(client).port());
  EXPECT_EQ(fcntl(server, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  EXPECT_EQ(fcntl(server, F_GETFD), FD_CLOEXEC);
  EXPECT_FAILS(Connect(client, NameOf(listener)), EISCONN);
}

TEST_P(Stream, CarriesBytesBothWays) {
  Pair pair = Connected();
  EXPECT_EQ(Write(pair.client, "question"), 8);
  EXPECT_EQ(Read(pair.server, 5), "quest");
  EXPECT_EQ(Read(pair.server), "ion");
  EXPECT_EQ(send(pair.server, "answer", 6, MSG_NOSIGNAL), 6);
  EXPECT_EQ(Receive(pair.client), "answer");
}

TEST_P(Stream, EndsOneWayAfterTheOther) {
  Pair pair = Connected();
  EXPECT_EQ(Write(pair.client, "last"), 4);
  EXPECT_EQ(shutdown(pair.client, SHUT_WR), 0);
  EXPECT_FAILS(send(pair.client, "x", 1, MSG_NOSIGNAL), EPIPE);
  EXPECT_EQ(Read(pair.server), "last");
  EXPECT_EQ(Read(pair.server), "");
  EXPECT_EQ(WaitFor(pair.server, POLLIN | POLLRDHUP) & (POLLIN | POLLRDHUP | POLLHUP), POLLIN | POLLRDHUP);
  EXPECT_EQ(Write(pair.server, "answer"), 6);
  EXPECT_EQ(Read(pair.client), "answer");
  pair.server.Close();
  EXPECT_EQ(Read(pair.client), "");
  EXPECT_EQ(WaitFor(pair.client, POLLIN) & POLLHUP, POLLHUP);
}

TEST_P(Stream, NobodyListeningRefuses) {
  Descriptor listener = Listener();
  const Address address = NameOf(listener);
  listener.Close();
  const Descriptor client(socket(family(), SOCK_STREAM, 0));
  EXPECT_FAILS(Connect(client, address), ECONNREFUSED);
  const Descriptor another(socket(family(), SOCK_STREAM | SOCK_NONBLOCK, 0));
  EXPECT_FAILS(Connect(another, address), EINPROGRESS);
  EXPECT_EQ(WaitFor(another, POLLOUT) & (POLLOUT | POLLERR | POLLHUP), POLLOUT | POLLERR | POLLHUP);
  EXPECT_EQ(OptionOf<int>(another, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  EXPECT_EQ(OptionOf<int>(another, SOL_SOCKET, SO_ERROR), 0);
}

TEST_P(Stream, ConnectsWithoutWaiting) {
  const Descriptor listener = Listener(SOCK_NONBLOCK);
  EXPECT_FAILS(accept(listener, nullptr, nullptr), EAGAIN);
  EXPECT_EQ(Ready(listener), 0);
  const Descriptor client(socket(family(), SOCK_STREAM | SOCK_NONBLOCK, 0));
  EXPECT_FAILS(Connect(client, NameOf(listener)), EINPROGRESS);
  EXPECT_EQ(WaitFor(client, POLLOUT), POLLOUT);
  EXPECT_EQ(OptionOf<int>(client, SOL_SOCKET, SO_ERROR), 0);
  EXPECT_EQ(Connect(client, NameOf(listener)), 0);
  EXPECT_EQ(WaitFor(listener, POLLIN), POLLIN);
  const Descriptor server(accept(listener, nullptr, nullptr));
  char byte;
  EXPECT_FAILS(read(client, &byte, 1), EAGAIN);
  EXPECT_EQ(Ready(client), POLLOUT);
  EXPECT_EQ(Write(server, "x"), 1);
  EXPECT_EQ(WaitFor(client, POLLIN), POLLIN);
}

TEST_P(Stream, WriterWaitsForItsReader) {
  Pair pair = Connected();
  constexpr std::size_t kSize = 8 << 20;  // more than all windows and buffers hold
  const auto byte_at = [](std::size_t place) { return static_cast<char>(place * 2654435761u >> 13); };
  std::thread writer([&] {
    std::string bytes(kSize, '\0');
    for (std::size_t i = 0; i < kSize; ++i) bytes[i] = byte_at(i);
    EXPECT_EQ(Write(pair.client, bytes), static_cast<ssize_t>(kSize));
    EXPECT_EQ(shutdown(pair.client, SHUT_WR), 0);
  });
  std::size_t received = 0;
  std::size_t wrong = 0;
  std::string piece(65'536, '\0');
  for (;;) {
    const ssize_t count = read(pair.server, piece.data(), piece.size());
    ASSERT_GE(count, 0) << errno;
    if (count == 0) break;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) wrong += piece[i] != byte_at(received + i);
    received += static_cast<std::size_t>(count);
  }
  writer.join();
  EXPECT_EQ(received, kSize);
  EXPECT_EQ(wrong, 0u);
}

TEST_P(Stream, WriterThatMustNotWaitIsTold) {
  Pair pair = Connected();
  ASSERT_EQ(fcntl(pair.client, F_SETFL, O_NONBLOCK), 0);
  const std::string bytes(100'000, 'x');
  std::size_t written = 0;
  while (true) {
    const ssize_t count = write(pair.client, bytes.data(), bytes.size());
    if (count < 0) break;
    written += static_cast<std::size_t>(count);
    ASSERT_LT(written, 64u << 20);
  }
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(Ready(pair.client, POLLOUT), 0);
  std::size_t read_count = 0;
  std::string piece(65'536, '\0');
  while (read_count < written) {
    const ssize_t count = read(pair.server, piece.data(), piece.size());
    ASSERT_GT(count, 0);
    read_count += static_cast<std::size_t>(count);
  }
  EXPECT_EQ(WaitFor(pair.client, POLLOUT), POLLOUT);
}

TEST_P(Stream, PeekingTakesNothing) {
  Pair pair = Connected();
  EXPECT_EQ(Write(pair.client, "abc"), 3);
  EXPECT_EQ(Receive(pair.server, 2, MSG_PEEK), "ab");
  EXPECT_EQ(Write(pair.client, "def"), 3);
  // A program that looks again and again without ever waiting sees what comes, too.
  timespec start;
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do {
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while (Receive(pair.server, 16, MSG_PEEK).size() < 6 && now.tv_sec - start.tv_sec < 5);
  int size = 0;
  EXPECT_EQ(ioctl(pair.server, FIONREAD, &size), 0);
  EXPECT_EQ(size, 6);
  EXPECT_EQ(Ready(pair.server), POLLIN | POLLOUT);
  EXPECT_EQ(Read(pair.server, 4), "abcd");
  EXPECT_EQ(Receive(pair.server, 16, MSG_PEEK), "ef");
  EXPECT_EQ(Read(pair.server, 4), "ef");
}

TEST_P(Stream, WaitsForAllWhereItIsAskedTo) {
  Pair pair = Connected();
  std::thread writer([&] {
    EXPECT_EQ(Write(pair.client, "abc"), 3);
    std::this_thread::yield();
    EXPECT_EQ(Write(pair.client, "def"), 3);
  });
  EXPECT_EQ(Receive(pair.server, 6, MSG_WAITALL), "abcdef");
  writer.join();
}

TEST_P(Stream, ResetIsToldOnce) {
  Pair pair = Connected();
  ASSERT_EQ(SetOption(pair.client, SOL_SOCKET, SO_LINGER, linger{.l_onoff = 1, .l_linger = 0}), 0);
  pair.client.Close();
  EXPECT_NE(WaitFor(pair.server, POLLIN) & POLLERR, 0);
  char byte;
  EXPECT_FAILS(read(pair.server, &byte, 1), ECONNRESET);
  EXPECT_EQ(Read(pair.server), "");
  EXPECT_FAILS(send(pair.server, "x", 1, MSG_NOSIGNAL), EPIPE);
}

TEST_P(Stream, EpollTellsEdges) {
  Pair pair = Connected();
  const Descriptor epoll(epoll_create1(0));
  epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data = {.fd = 7}};
  ASSERT_EQ(epoll_ctl(epoll, EPOLL_CTL_ADD, pair.server, &event), 0);
  EXPECT_EQ(epoll_wait(epoll, &event, 1, 0), 0);
  EXPECT_EQ(Write(pair.client, "x"), 1);
  ASSERT_EQ(epoll_wait(epoll, &event, 1, 10'000), 1);
  EXPECT_EQ(event.events, static_cast<unsigned>(EPOLLIN));
  EXPECT_EQ(event.data.fd, 7);
  EXPECT_EQ(Read(pair.server), "x");
  pair.client.Close();
  ASSERT_EQ(epoll_wait(epoll, &event, 1, 10'000), 1);
  EXPECT_NE(event.events & EPOLLRDHUP, 0u);
}

TEST_P(Stream, ListenerTakesManyAndRefusesWhenItIsGone) {
  Descriptor listener = Listener(0, 8);
  for (int i = 0; i < 20; ++i) {
    const Descriptor client(socket(family(), SOCK_STREAM, 0));
    ASSERT_EQ(Connect(client, NameOf(listener)), 0) << i;
    const Descriptor server(accept(listener, nullptr, nullptr));
    EXPECT_EQ(Write(client, std::string(1, static_cast<char>('a' + i))), 1);
    EXPECT_EQ(Read(server), std::string(1, static_cast<char>('a' + i)));
  }
  EXPECT_EQ(OptionOf<int>(listener, SOL_SOCKET, SO_ACCEPTCONN), 1);
  const Descriptor second(socket(family(), SOCK_STREAM, 0));
  ASSERT_EQ(Bind(second, NameOf(listener)), 0);
  EXPECT_FAILS(listen(second, 1), EADDRINUSE);
  const Descriptor waiting(socket(family(), SOCK_STREAM, 0));
  ASSERT_EQ(Connect(waiting, NameOf(listener)), 0);
  listener.Close();
  char byte;
  EXPECT_FAILS(read(waiting, &byte, 1), ECONNRESET);
}

TEST_P(Stream, AcceptWaits) {
  const Descriptor listener = Listener();
  std::thread client([&] {
    const Descriptor made(socket(family(), SOCK_STREAM, 0));
    EXPECT_EQ(Connect(made, NameOf(listener)), 0);
    EXPECT_EQ(Read(made), "");
  });
  {
    const Descriptor server(accept(listener, nullptr, nullptr));
  }
  client.join();
}

TEST_P(Stream, OptionsAreKept) {
  Pair pair = Connected();
  EXPECT_EQ(OptionOf<int>(pair.client, IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_EQ(SetOption(pair.client, IPPROTO_TCP, TCP_NODELAY, 1), 0);
  EXPECT_EQ(OptionOf<int>(pair.client, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(OptionOf<int>(pair.client, IPPROTO_TCP, TCP_KEEPIDLE), 7200);
  EXPECT_EQ(SetOption(pair.client, IPPROTO_TCP, TCP_KEEPIDLE, 10), 0);
  EXPECT_EQ(SetOption(pair.client, IPPROTO_TCP, TCP_KEEPINTVL, 5), 0);
  EXPECT_EQ(SetOption(pair.client, IPPROTO_TCP, TCP_KEEPCNT, 3), 0);
  EXPECT_EQ(SetOption(pair.client, SOL_SOCKET, SO_KEEPALIVE, 1), 0);
  EXPECT_EQ(OptionOf<int>(pair.client, IPPROTO_TCP, TCP_KEEPIDLE), 10);
  EXPECT_EQ(OptionOf<int>(pair.client, IPPROTO_TCP, TCP_KEEPINTVL), 5);
  EXPECT_EQ(OptionOf<int>(pair.client, IPPROTO_TCP, TCP_KEEPCNT), 3);
  EXPECT_EQ(OptionOf<int>(pair.client, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(SetOption(pair.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000), 0);
  EXPECT_EQ(OptionOf<int>(pair.client, IPPROTO_TCP, TCP_USER_TIMEOUT), 30'000);
  EXPECT_EQ(SetOption(pair.client, SOL_SOCKET, SO_SNDBUF, 100'000), 0);
  EXPECT_EQ(OptionOf<int>(pair.client, SOL_SOCKET, SO_SNDBUF), 100'000);
  EXPECT_FAILS(SetOption(pair.client, IPPROTO_TCP, TCP_KEEPCNT, 0), EINVAL);
  EXPECT_FAILS(SetOption(pair.client, IPPROTO_TCP, 9999, 0), ENOPROTOOPT);
  const auto info = OptionOf<tcp_info>(pair.client, IPPROTO_TCP, TCP_INFO);
  EXPECT_EQ(info.tcpi_state, TCP_ESTABLISHED);
  EXPECT_GT(info.tcpi_snd_mss, 500u);
}

TEST_P(Stream, WithoutAConnectionThereIsNothingToDo) {
  const Descriptor alone(socket(family(), SOCK_STREAM, 0));
  char byte;
  EXPECT_FAILS(read(alone, &byte, 1), ENOTCONN);
  EXPECT_FAILS(send(alone, "x", 1, MSG_NOSIGNAL), EPIPE);
  EXPECT_FAILS(shutdown(alone, SHUT_WR), ENOTCONN);
  EXPECT_FAILS(accept(alone, nullptr, nullptr), EINVAL);
  EXPECT_EQ(Ready(alone) & POLLHUP, POLLHUP);
  EXPECT_EQ(OptionOf<tcp_info>(alone, IPPROTO_TCP, TCP_INFO).tcpi_state, TCP_CLOSE);
  Address peer;
  EXPECT_FAILS(getpeername(alone, peer.get(), &peer.size), ENOTCONN);
}

TEST(DualStackStream, AListenerOfIpv6TakesBothUnlessItWillNot) {
  const Descriptor both(socket(AF_INET6, SOCK_STREAM, 0));
  ASSERT_EQ(Bind(both, AddressOf("::", 0)), 0);
  ASSERT_EQ(listen(both, 4), 0);
  const Descriptor ipv4(socket(AF_INET, SOCK_STREAM, 0));
  ASSERT_EQ(Connect(ipv4, AddressOf("127.0.0.1", NameOf(both).port())), 0);
  Address from;
  const Descriptor server(accept(both, from.get(), &from.size));
  EXPECT_EQ(from.text(), "::ffff:127.0.0.1");
  EXPECT_EQ(PeerOf(ipv4).text(), "127.0.0.1");
}

}  // namespace
}  // namespace posix
