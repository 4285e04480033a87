// [POSIX] poll, [epoll(7)]: what is said of a socket is what its calls then do, at each step of its life, and every
// change is told as the program asked for it.
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "testing/posix_sockets/sockets.h"

namespace posix {
namespace {

constexpr int kPatience = 10'000;  // milliseconds

class Readiness : public EachFamily {
 protected:
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

  int Control(int operation, int socket, unsigned events) {
    epoll_event event = {.events = events, .data = {.fd = socket}};
    return epoll_ctl(epoll_, operation, socket, &event);
  }
  // What the next event is, after so long at most; 0: there was none.
  unsigned Next(int milliseconds = kPatience) {
    epoll_event event = {};
    return epoll_wait(epoll_, &event, 1, milliseconds) == 1 ? event.events : 0;
  }
  static short WaitFor(int descriptor, short wanted) {
    pollfd file = {.fd = descriptor, .events = wanted, .revents = 0};
    EXPECT_EQ(poll(&file, 1, kPatience), 1);
    return file.revents;
  }

  // Poll's word is the calls'. `room`: whether it can be written now.
  static void ExpectTruth(int socket, bool is_readable, bool is_writable) {
    const short said = Ready(socket);
    char byte;
    errno = 0;
    const bool waits = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == -1 && errno == EAGAIN;
    EXPECT_EQ(waits, !is_readable);
    EXPECT_EQ((said & POLLIN) != 0, is_readable);
    EXPECT_EQ((said & POLLOUT) != 0, is_writable);
    errno = 0;
    const bool waits_to_write = send(socket, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL) == -1 && errno == EAGAIN;
    EXPECT_EQ(waits_to_write, !is_writable);
  }
  // Writes until it must wait; how many bytes.
  static std::size_t Fill(int socket) {
    const std::string many(64 * 1024, 'x');
    std::size_t written = 0;
    for (ssize_t sent; (sent = send(socket, many.data(), many.size(), MSG_DONTWAIT)) > 0;) {
      written += static_cast<std::size_t>(sent);
    }
    EXPECT_EQ(errno, EAGAIN);
    return written;
  }

  Descriptor epoll_{epoll_create1(0)};
};
INSTANTIATE_TEST_SUITE_P(Sockets, Readiness, testing::Values("127.0.0.1", "::1"),
                         [](const auto& info) { return FamilyOf(info.param) == AF_INET ? "Ipv4" : "Ipv6"; });

TEST_P(Readiness, WhatPollSaysOfAStreamIsWhatItsCallsDo) {
  Pair pair = Connected();
  ExpectTruth(pair.server, false, true);
  WaitFor(pair.client, POLLIN);  // the byte of the line before
  ExpectTruth(pair.client, true, true);
  EXPECT_EQ(Receive(pair.client), "x");
  ExpectTruth(pair.client, false, true);
  WaitFor(pair.server, POLLIN);
  EXPECT_EQ(Receive(pair.server, 1), "x");
  EXPECT_EQ(shutdown(pair.client, SHUT_WR), 0);
  EXPECT_NE(WaitFor(pair.server, POLLRDHUP) & POLLRDHUP, 0);
  ExpectTruth(pair.server, true, true);
  EXPECT_EQ(Ready(pair.client) & POLLOUT, POLLOUT);  // to be told EPIPE
  pair.server.Close();
  EXPECT_NE(WaitFor(pair.client, POLLIN) & POLLIN, 0);
}

TEST_P(Readiness, OfAFullStreamIsToldWhenItsReaderMadeRoom) {
  Pair pair = Connected();
  const std::size_t written = Fill(pair.client);
  EXPECT_GT(written, 0u);
  EXPECT_EQ(Ready(pair.client) & POLLOUT, 0);
  ASSERT_EQ(Control(EPOLL_CTL_ADD, pair.client, EPOLLOUT | EPOLLET), 0);
  std::size_t read = 0;
  while (read < written) {
    const std::string got = Receive(pair.server, 64 * 1024);
    ASSERT_FALSE(got.empty());
    read += got.size();
  }
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLOUT));
  EXPECT_EQ(send(pair.client, "y", 1, MSG_DONTWAIT), 1);
}

TEST_P(Readiness, OfAConnectionOnTheWayIsToldWhenItIsThere) {
  const Descriptor listener = Listener(SOCK_NONBLOCK);
  ASSERT_EQ(Control(EPOLL_CTL_ADD, listener, EPOLLIN), 0);
  EXPECT_EQ(Next(0), 0u);
  EXPECT_FAILS(accept(listener, nullptr, nullptr), EAGAIN);
  const Descriptor client(socket(family(), SOCK_STREAM | SOCK_NONBLOCK, 0));
  EXPECT_FAILS(Connect(client, NameOf(listener)), EINPROGRESS);
  EXPECT_EQ(WaitFor(client, POLLOUT), POLLOUT);
  EXPECT_EQ(OptionOf<int>(client, SOL_SOCKET, SO_ERROR), 0);
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));  // still
  const Descriptor server(accept(listener, nullptr, nullptr));
  EXPECT_EQ(Next(0), 0u);
  ExpectTruth(server, false, true);
}

TEST_P(Readiness, OfAConnectionThatIsRefusedIsToldTheError) {
  Descriptor gone = Listener();
  const Address address = NameOf(gone);
  gone.Close();
  const Descriptor client(socket(family(), SOCK_STREAM | SOCK_NONBLOCK, 0));
  EXPECT_FAILS(Connect(client, address), EINPROGRESS);
  ASSERT_EQ(Control(EPOLL_CTL_ADD, client, EPOLLOUT), 0);
  const unsigned told = Next();
  EXPECT_EQ(told & (EPOLLOUT | EPOLLERR | EPOLLHUP), static_cast<unsigned>(EPOLLOUT | EPOLLERR | EPOLLHUP));
  EXPECT_EQ(OptionOf<int>(client, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  EXPECT_EQ(Ready(client) & POLLERR, 0);  // it was told
}

TEST_P(Readiness, AnEdgeIsToldOnceAndEachNewOneAgain) {
  Pair pair = Connected();
  ASSERT_EQ(Control(EPOLL_CTL_ADD, pair.server, EPOLLIN | EPOLLET), 0);
  EXPECT_EQ(Write(pair.client, "one"), 3);
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));
  EXPECT_EQ(Next(0), 0u);  // it was told, and nobody has read
  EXPECT_EQ(Write(pair.client, "two"), 3);
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));
  EXPECT_EQ(Next(0), 0u);
  EXPECT_EQ(Receive(pair.server), "onetwo");
  EXPECT_FAILS(recv(pair.server, nullptr, 0, MSG_DONTWAIT | MSG_OOB), EINVAL);
  EXPECT_EQ(Write(pair.client, "three"), 5);
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));
}

TEST_P(Readiness, ALevelIsToldUntilItIsOver) {
  Pair pair = Connected();
  ASSERT_EQ(Control(EPOLL_CTL_ADD, pair.server, EPOLLIN), 0);
  EXPECT_EQ(Write(pair.client, "one"), 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));
  EXPECT_EQ(Receive(pair.server), "one");
  EXPECT_EQ(Next(0), 0u);
}

TEST_P(Readiness, WhatIsWantedOnceIsToldOnceUntilItIsWantedAgain) {
  Pair pair = Connected();
  ASSERT_EQ(Control(EPOLL_CTL_ADD, pair.server, EPOLLIN | EPOLLONESHOT), 0);
  EXPECT_EQ(Write(pair.client, "one"), 3);
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));
  EXPECT_EQ(Receive(pair.server), "one");
  EXPECT_EQ(Write(pair.client, "two"), 3);
  WaitFor(pair.server, POLLIN);
  EXPECT_EQ(Next(0), 0u);
  ASSERT_EQ(Control(EPOLL_CTL_MOD, pair.server, EPOLLIN | EPOLLONESHOT), 0);
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));  // it was there already
  EXPECT_EQ(Next(0), 0u);
}

TEST_P(Readiness, ADatagramSocketSaysWhatItsCallsDo) {
  const Descriptor receiver = Datagrams();
  const Descriptor sender = Datagrams();
  ASSERT_EQ(Control(EPOLL_CTL_ADD, receiver, EPOLLIN | EPOLLET), 0);
  ASSERT_EQ(Connect(sender, NameOf(receiver)), 0);
  EXPECT_EQ(Next(0), 0u);
  ExpectTruth(sender, false, true);
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));
  EXPECT_EQ(Ready(receiver), POLLIN | POLLOUT);
  EXPECT_EQ(Receive(receiver), "x");
  EXPECT_EQ(Ready(receiver), POLLOUT);
  EXPECT_EQ(Write(sender, ""), 0);  // an empty one is one, too
  EXPECT_EQ(Next(), static_cast<unsigned>(EPOLLIN));
  EXPECT_EQ(Receive(receiver), "");
  EXPECT_EQ(Ready(receiver), POLLOUT);
}

TEST_P(Readiness, IsSeenByAProgramThatAsksAndNeverWaits) {
  const Descriptor receiver = Datagrams();
  const Descriptor sender = Datagrams();
  ASSERT_EQ(Control(EPOLL_CTL_ADD, receiver, EPOLLIN), 0);
  ASSERT_EQ(SendTo(sender, "one", NameOf(receiver)), 3);
  int asked = 0;
  while (Ready(receiver, POLLIN) == 0 && asked < 1000) ++asked;
  EXPECT_LT(asked, 1000);
  EXPECT_EQ(Receive(receiver), "one");
  ASSERT_EQ(SendTo(sender, "two", NameOf(receiver)), 3);
  for (asked = 0; Next(0) == 0 && asked < 1000;) ++asked;
  EXPECT_LT(asked, 1000);
  EXPECT_EQ(Receive(receiver), "two");
}

}  // namespace
}  // namespace posix
