// [POSIX] socket, bind, connect, sendto, recvfrom, sendmsg, recvmsg of UDP; [socket(7)], [udp(7)], [ip(7)].
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

#include "gtest/gtest.h"
#include "testing/posix_sockets/sockets.h"

namespace posix {
namespace {

using Datagram = EachFamily;
INSTANTIATE_TEST_SUITE_P(Sockets, Datagram, testing::Values("127.0.0.1", "::1"),
                         [](const auto& info) { return FamilyOf(info.param) == AF_INET ? "Ipv4" : "Ipv6"; });

TEST_P(Datagram, ArrivesWithItsSender) {
  const Descriptor receiver = Datagrams();
  const Descriptor sender = Datagrams();
  const Address to = NameOf(receiver);
  EXPECT_NE(to.port(), 0);
  EXPECT_EQ(SendTo(sender, "hello", to), 5);
  char bytes[16];
  Address from;
  EXPECT_EQ(recvfrom(receiver, bytes, sizeof(bytes), 0, from.get(), &from.size), 5);
  EXPECT_EQ(std::string(bytes, 5), "hello");
  EXPECT_EQ(from.text(), GetParam());
  EXPECT_EQ(from.port(), NameOf(sender).port());
  EXPECT_EQ(SendTo(receiver, "", from), 0);  // an empty one is one, too
  EXPECT_EQ(Receive(sender), "");
}

// What recvmsg gives, as far as these tests look at it.
struct Told {
  std::string bytes;
  std::string destination;
  unsigned interface = 0;
  int hop_limit = -1;
  int traffic_class = -1;
  int flags = 0;
};

// musl's macro compares numbers with and without a sign.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wsign-compare"
cmsghdr* Next(msghdr& message, cmsghdr* each) { return CMSG_NXTHDR(&message, each); }
#pragma clang diagnostic pop

Told ReceiveTold(int socket, std::size_t room) {
  Told told;
  char bytes[64];
  alignas(cmsghdr) char control[256];
  iovec part = {bytes, sizeof(bytes)};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = static_cast<socklen_t>(room);
  const ssize_t size = recvmsg(socket, &message, 0);
  if (size >= 0) told.bytes.assign(bytes, static_cast<std::size_t>(size));
  told.flags = message.msg_flags;
  char text[INET6_ADDRSTRLEN] = "";
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = Next(message, each)) {
    const bool is_ipv4 = each->cmsg_level == IPPROTO_IP;
    int number = 0;
    std::memcpy(&number, CMSG_DATA(each), each->cmsg_len == CMSG_LEN(1) ? 1 : sizeof(number));
    if (is_ipv4 && each->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(each), sizeof(info));
      told.destination = inet_ntop(AF_INET, &info.ipi_addr, text, sizeof(text));
      told.interface = static_cast<unsigned>(info.ipi_ifindex);
    } else if (!is_ipv4 && each->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(each), sizeof(info));
      told.destination = inet_ntop(AF_INET6, &info.ipi6_addr, text, sizeof(text));
      told.interface = info.ipi6_ifindex;
    } else if (each->cmsg_type == (is_ipv4 ? IP_TTL : IPV6_HOPLIMIT)) {
      told.hop_limit = number;
    } else if (each->cmsg_type == (is_ipv4 ? IP_TOS : IPV6_TCLASS)) {
      told.traffic_class = number;
    }
  }
  return told;
}

// [ip(7)] IP_PKTINFO, IP_RECVTTL, IP_RECVTOS; [RFC3542] 6.1 to 6.3, 6.5
TEST_P(Datagram, TellsWhatCameWithItToWhoAsks) {
  const bool is_ipv4 = FamilyOf(GetParam()) == AF_INET;
  const int level = is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6;
  const Descriptor receiver = Datagrams();
  const Descriptor sender = Datagrams();
  const int on = 1;
  const int hops = 9;
  const int traffic_class = 0x28;
  ASSERT_EQ(SendTo(sender, "unasked", NameOf(receiver)), 7);
  EXPECT_EQ(ReceiveTold(receiver, 256).destination, "");
  for (const int name : is_ipv4 ? std::array{IP_PKTINFO, IP_RECVTTL, IP_RECVTOS}
                                : std::array{IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS}) {
    ASSERT_EQ(setsockopt(receiver, level, name, &on, sizeof(on)), 0);
    int value = 0;
    socklen_t size = sizeof(value);
    EXPECT_EQ(getsockopt(receiver, level, name, &value, &size), 0);
    EXPECT_EQ(value, 1);
  }
  ASSERT_EQ(setsockopt(sender, level, is_ipv4 ? IP_TTL : IPV6_UNICAST_HOPS, &hops, sizeof(hops)), 0);
  ASSERT_EQ(setsockopt(sender, level, is_ipv4 ? IP_TOS : IPV6_TCLASS, &traffic_class, sizeof(traffic_class)), 0);
  ASSERT_EQ(SendTo(sender, "asked", NameOf(receiver)), 5);
  const Told told = ReceiveTold(receiver, 256);
  EXPECT_EQ(told.bytes, "asked");
  EXPECT_EQ(told.destination, GetParam());
  EXPECT_EQ(told.interface, 1u);
  EXPECT_EQ(told.hop_limit, 9);
  EXPECT_EQ(told.traffic_class, 0x28);
  EXPECT_EQ(told.flags, 0);
  // Without room it says so.
  ASSERT_EQ(SendTo(sender, "asked", NameOf(receiver)), 5);
  const Told cut = ReceiveTold(receiver, sizeof(cmsghdr));
  EXPECT_EQ(cut.bytes, "asked");
  EXPECT_EQ(cut.flags, MSG_CTRUNC);
}

// A server answers from the address that it was asked at.
TEST(Ipv4Datagram, LeavesFromTheAddressThatSendmsgNames) {
  const Descriptor sender(socket(AF_INET, SOCK_DGRAM, 0));
  const Descriptor receiver(socket(AF_INET, SOCK_DGRAM, 0));
  ASSERT_EQ(Bind(receiver, AddressOf("127.0.0.1", 0)), 0);
  Address to = NameOf(receiver);
  char text[] = "hello";
  iovec part = {text, 5};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(in_pktinfo))] = {};
  msghdr message = {};
  message.msg_name = to.get();
  message.msg_namelen = to.size;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  cmsghdr* const head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = IPPROTO_IP;
  head->cmsg_type = IP_PKTINFO;
  head->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  in_pktinfo info = {};
  ASSERT_EQ(inet_pton(AF_INET, "127.0.0.1", &info.ipi_spec_dst), 1);
  std::memcpy(CMSG_DATA(head), &info, sizeof(info));
  EXPECT_EQ(sendmsg(sender, &message, 0), 5);
  char bytes[16];
  Address from;
  EXPECT_EQ(recvfrom(receiver, bytes, sizeof(bytes), 0, from.get(), &from.size), 5);
  EXPECT_EQ(from.text(), "127.0.0.1");
  // An address that is not ours, and a message that is cut off.
  ASSERT_EQ(inet_pton(AF_INET, "192.0.2.1", &info.ipi_spec_dst), 1);
  std::memcpy(CMSG_DATA(head), &info, sizeof(info));
  EXPECT_EQ(sendmsg(sender, &message, 0), -1);
  EXPECT_EQ(errno, EINVAL);
  head->cmsg_len = 4;
  EXPECT_EQ(sendmsg(sender, &message, 0), -1);
  EXPECT_EQ(errno, EINVAL);
}

TEST_P(Datagram, KeepsItsBounds) {
  const Descriptor receiver = Datagrams();
  const Descriptor sender = Datagrams();
  ASSERT_EQ(Connect(sender, NameOf(receiver)), 0);
  EXPECT_EQ(Write(sender, "first"), 5);
  EXPECT_EQ(Write(sender, "second"), 6);
  pollfd file = {.fd = receiver, .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&file, 1, -1), 1);
  int size = 0;
  EXPECT_EQ(ioctl(receiver, FIONREAD, &size), 0);
  EXPECT_EQ(size, 5);
  EXPECT_EQ(Receive(receiver, 3), "fir");  // the rest is lost
  EXPECT_EQ(Read(receiver), "second");
}

TEST_P(Datagram, TellsItsWholeSizeWhereItIsAskedFor) {
  const Descriptor receiver = Datagrams();
  ASSERT_EQ(SendTo(receiver, "0123456789", NameOf(receiver)), 10);
  char bytes[4];
  EXPECT_EQ(recv(receiver, bytes, sizeof(bytes), MSG_PEEK | MSG_TRUNC), 10);
  iovec parts[2] = {{bytes, 2}, {bytes + 2, 2}};
  Address from;
  msghdr message = {};
  message.msg_name = from.get();
  message.msg_namelen = from.size;
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  EXPECT_EQ(recvmsg(receiver, &message, 0), 4);
  EXPECT_EQ(std::string(bytes, 4), "0123");
  EXPECT_EQ(message.msg_flags & MSG_TRUNC, MSG_TRUNC);
  EXPECT_EQ(from.port(), NameOf(receiver).port());
  EXPECT_FAILS(recv(receiver, bytes, sizeof(bytes), MSG_DONTWAIT), EAGAIN);
}

TEST_P(Datagram, IsGatheredAndCarriesManyBytes) {
  const Descriptor receiver = Datagrams();
  ASSERT_EQ(SetOption(receiver, SOL_SOCKET, SO_RCVBUF, 1 << 20), 0);
  Address to = NameOf(receiver);
  std::string first(40'000, 'a');
  std::string second(20'000, 'b');
  iovec parts[2] = {{first.data(), first.size()}, {second.data(), second.size()}};
  msghdr message = {};
  message.msg_name = to.get();
  message.msg_namelen = to.size;
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  const Descriptor sender = Datagrams();
  ASSERT_EQ(sendmsg(sender, &message, 0), 60'000) << errno;
  EXPECT_EQ(Receive(receiver, 70'000), first + second);
  const std::string huge(65'508, 'x');
  EXPECT_FAILS(SendTo(sender, huge, to), EMSGSIZE);
}

TEST_P(Datagram, ReceiverWaits) {
  const Descriptor receiver = Datagrams();
  const Address to = NameOf(receiver);
  std::thread sender([&] {
    const Descriptor other = Datagrams();
    EXPECT_EQ(SendTo(other, "later", to), 5);
  });
  EXPECT_EQ(Receive(receiver), "later");
  sender.join();
}

TEST_P(Datagram, ReceiverWaitsNoLongerThanItWishes) {
  const Descriptor receiver = Datagrams();
  char byte;
  EXPECT_FAILS(recv(receiver, &byte, 1, MSG_DONTWAIT), EAGAIN);
  ASSERT_EQ(fcntl(receiver, F_SETFL, O_NONBLOCK), 0);
  EXPECT_FAILS(read(receiver, &byte, 1), EAGAIN);
  ASSERT_EQ(fcntl(receiver, F_SETFL, 0), 0);
  ASSERT_EQ(SetOption(receiver, SOL_SOCKET, SO_RCVTIMEO, timeval{.tv_sec = 0, .tv_usec = 30'000}), 0);
  EXPECT_EQ(OptionOf<timeval>(receiver, SOL_SOCKET, SO_RCVTIMEO).tv_usec, 30'000);
  timespec before;
  timespec after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  EXPECT_FAILS(recv(receiver, &byte, 1, 0), EAGAIN);
  EXPECT_FAILS(read(receiver, &byte, 1), EAGAIN);
  clock_gettime(CLOCK_MONOTONIC, &after);
  EXPECT_GE((after.tv_sec - before.tv_sec) * 1'000'000'000 + after.tv_nsec - before.tv_nsec, 60'000'000);
}

TEST_P(Datagram, PollSaysWhatIsThere) {
  const Descriptor receiver = Datagrams();
  EXPECT_EQ(Ready(receiver), POLLOUT);
  ASSERT_EQ(SendTo(receiver, "x", NameOf(receiver)), 1);
  pollfd file = {.fd = receiver, .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&file, 1, -1), 1);
  EXPECT_EQ(Ready(receiver), POLLIN | POLLOUT);
  EXPECT_EQ(Receive(receiver, 16, MSG_PEEK), "x");
  EXPECT_EQ(Ready(receiver), POLLIN | POLLOUT);
  EXPECT_EQ(Receive(receiver), "x");
  EXPECT_EQ(Ready(receiver), POLLOUT);
}

TEST_P(Datagram, ConnectedSocketHearsItsPeerAlone) {
  const Descriptor one = Datagrams();
  const Descriptor two = Datagrams();
  const Descriptor three = Datagrams();
  EXPECT_FAILS(write(one, "x", 1), EDESTADDRREQ);
  Address peer;
  EXPECT_FAILS(getpeername(one, peer.get(), &peer.size), ENOTCONN);
  ASSERT_EQ(Connect(one, NameOf(two)), 0);
  EXPECT_EQ(PeerOf(one).port(), NameOf(two).port());
  EXPECT_EQ(SendTo(three, "stranger", NameOf(one)), 8);
  EXPECT_EQ(SendTo(two, "friend", NameOf(one)), 6);
  EXPECT_EQ(Receive(one), "friend");
  sockaddr nobody = {.sa_family = AF_UNSPEC, .sa_data = {}};
  EXPECT_EQ(connect(one, &nobody, sizeof(nobody)), 0);
  EXPECT_EQ(SendTo(three, "stranger", NameOf(one)), 8);
  EXPECT_EQ(Receive(one), "stranger");
}

TEST_P(Datagram, NobodyThereIsToldToAConnectedSocket) {
  Descriptor gone = Datagrams();
  const Address address = NameOf(gone);
  gone.Close();
  const Descriptor sender = Datagrams();
  ASSERT_EQ(Connect(sender, address), 0);
  EXPECT_EQ(Write(sender, "x"), 1);
  char byte;
  EXPECT_FAILS(read(sender, &byte, 1), ECONNREFUSED);
  EXPECT_EQ(Write(sender, "x"), 1);
  pollfd file = {.fd = sender, .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&file, 1, -1), 1);
  EXPECT_EQ(file.revents & POLLERR, POLLERR);
  EXPECT_EQ(OptionOf<int>(sender, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
  EXPECT_EQ(OptionOf<int>(sender, SOL_SOCKET, SO_ERROR), 0);
}

TEST_P(Datagram, PortHasOneOwner) {
  const Descriptor first = Datagrams();
  const Descriptor second(socket(family(), SOCK_DGRAM, 0));
  EXPECT_FAILS(Bind(second, NameOf(first)), EADDRINUSE);
  EXPECT_FAILS(Bind(second, AddressOf(family() == AF_INET ? "192.0.2.77" : "2001:db8::77", 0)), EADDRNOTAVAIL);
  EXPECT_FAILS(Bind(first, Here()), EINVAL);
  EXPECT_FAILS(Bind(second, AddressOf(family() == AF_INET ? "::1" : "127.0.0.1", 0)),
               family() == AF_INET ? EAFNOSUPPORT : EINVAL);
  EXPECT_FAILS(bind(second, Here().get(), 4), EINVAL);
  EXPECT_FAILS(bind(second, nullptr, 16), EFAULT);
}

TEST_P(Datagram, OptionsAreKept) {
  const Descriptor socket = Datagrams();
  EXPECT_EQ(OptionOf<int>(socket, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
  EXPECT_EQ(OptionOf<int>(socket, SOL_SOCKET, SO_DOMAIN), family());
  EXPECT_EQ(OptionOf<int>(socket, SOL_SOCKET, SO_PROTOCOL), IPPROTO_UDP);
  const int level = family() == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
  const int hops = family() == AF_INET ? IP_TTL : IPV6_UNICAST_HOPS;
  EXPECT_EQ(OptionOf<int>(socket, level, hops), 64);
  EXPECT_EQ(SetOption(socket, level, hops, 3), 0);
  EXPECT_EQ(OptionOf<int>(socket, level, hops), 3);
  EXPECT_FAILS(SetOption(socket, level, hops, 256), EINVAL);
  EXPECT_EQ(SetOption(socket, SOL_SOCKET, SO_BROADCAST, 1), 0);
  EXPECT_EQ(OptionOf<int>(socket, SOL_SOCKET, SO_BROADCAST), 1);
  EXPECT_FAILS(SetOption(socket, SOL_SOCKET, SO_BROADCAST, 'x'), EINVAL);  // a char
  EXPECT_FAILS(SetOption(socket, 12345, 1, 1), ENOPROTOOPT);
  int value;
  socklen_t size = 2;
  EXPECT_EQ(getsockopt(socket, SOL_SOCKET, SO_TYPE, &value, &size), 0);
  EXPECT_EQ(size, 2u);  // what there was room for
}

TEST(Broadcast, NeedsTheProgramsWord) {
  const Descriptor sender(socket(AF_INET, SOCK_DGRAM, 0));
  EXPECT_FAILS(SendTo(sender, "x", AddressOf("255.255.255.255", 9)), EACCES);
}

TEST(DualStack, ASocketOfIpv6HearsBothUnlessItWillNot) {
  const Descriptor both(socket(AF_INET6, SOCK_DGRAM, 0));
  ASSERT_EQ(Bind(both, AddressOf("::", 0)), 0);
  const std::uint16_t port = NameOf(both).port();
  const Descriptor ipv4(socket(AF_INET, SOCK_DGRAM, 0));
  EXPECT_EQ(SendTo(ipv4, "four", AddressOf("127.0.0.1", port)), 4);
  char bytes[16];
  Address from;
  EXPECT_EQ(recvfrom(both, bytes, sizeof(bytes), 0, from.get(), &from.size), 4);
  EXPECT_EQ(from.text(), "::ffff:127.0.0.1");
  EXPECT_EQ(SendTo(both, "back", from), 4);
  EXPECT_EQ(Receive(ipv4), "back");

  const Descriptor alone(socket(AF_INET6, SOCK_DGRAM, 0));
  EXPECT_EQ(SetOption(alone, IPPROTO_IPV6, IPV6_V6ONLY, 1), 0);
  ASSERT_EQ(Bind(alone, AddressOf("::", 0)), 0);
  EXPECT_EQ(SendTo(ipv4, "four", AddressOf("127.0.0.1", NameOf(alone).port())), 4);
  const Descriptor ipv6(socket(AF_INET6, SOCK_DGRAM, 0));
  EXPECT_EQ(SendTo(ipv6, "six", AddressOf("::1", NameOf(alone).port())), 3);
  EXPECT_EQ(Receive(alone), "six");
  EXPECT_FAILS(SetOption(alone, IPPROTO_IPV6, IPV6_V6ONLY, 0), EINVAL);
}

TEST(Socket, IsAFileOfItsOwnKind) {
  const Descriptor made(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP));
  struct stat status;
  ASSERT_EQ(fstat(made, &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(fcntl(made, F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(fcntl(made, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
  EXPECT_FAILS(lseek(made, 0, SEEK_SET), ESPIPE);
}

TEST(Socket, OfAnotherFamilyOrTypeThereIsNone) {
  EXPECT_FAILS(socket(AF_UNIX, SOCK_STREAM, 0), EAFNOSUPPORT);
  EXPECT_FAILS(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), EPERM);
  EXPECT_FAILS(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
  EXPECT_FAILS(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP), EPROTONOSUPPORT);
}

TEST(Socket, CallsOfSocketsWantOne) {
  PipePair pipe;
  Address address = AddressOf("127.0.0.1", 1);
  EXPECT_FAILS(bind(pipe.reader, address.get(), address.size), ENOTSOCK);
  EXPECT_FAILS(listen(pipe.reader, 1), ENOTSOCK);
  EXPECT_FAILS(connect(pipe.reader, address.get(), address.size), ENOTSOCK);
  EXPECT_FAILS(send(pipe.writer, "x", 1, 0), ENOTSOCK);
  EXPECT_FAILS(recv(99, nullptr, 0, 0), EBADF);
  EXPECT_FAILS(shutdown(99, SHUT_RD), EBADF);
  const Descriptor datagrams(socket(AF_INET, SOCK_DGRAM, 0));
  EXPECT_FAILS(listen(datagrams, 1), EOPNOTSUPP);
  EXPECT_FAILS(accept(datagrams, nullptr, nullptr), EOPNOTSUPP);
}

}  // namespace
}  // namespace posix
