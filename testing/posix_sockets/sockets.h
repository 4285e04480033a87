// What these tests share: sockets of both versions on the loopback interface.
#ifndef ENKEL_TESTING_POSIX_SOCKETS_SOCKETS_H_
#define ENKEL_TESTING_POSIX_SOCKETS_SOCKETS_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "testing/posix/files.h"

namespace posix {

// An address of either family, as calls want it.
struct Address {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  std::uint16_t port() const {
    return ntohs(storage.ss_family == AF_INET ? reinterpret_cast<const sockaddr_in*>(&storage)->sin_port
                                              : reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  }
  std::string text() const {
    char text[INET6_ADDRSTRLEN] = "";
    const void* const bytes =
        storage.ss_family == AF_INET
            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr)
            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr);
    inet_ntop(storage.ss_family, bytes, text, sizeof(text));
    return text;
  }
};

inline Address AddressOf(std::string_view text, std::uint16_t port) {
  Address address;
  const std::string terminated(text);
  if (text.find(':') == text.npos) {
    auto& in = *reinterpret_cast<sockaddr_in*>(&address.storage);
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    EXPECT_EQ(inet_pton(AF_INET, terminated.c_str(), &in.sin_addr), 1);
    address.size = sizeof(in);
  } else {
    auto& in = *reinterpret_cast<sockaddr_in6*>(&address.storage);
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    EXPECT_EQ(inet_pton(AF_INET6, terminated.c_str(), &in.sin6_addr), 1);
    address.size = sizeof(in);
  }
  return address;
}

inline int Bind(int socket, const Address& address) { return bind(socket, address.get(), address.size); }
inline int Connect(int socket, const Address& address) { return connect(socket, address.get(), address.size); }

inline Address NameOf(int socket) {
  Address address;
  EXPECT_EQ(getsockname(socket, address.get(), &address.size), 0);
  return address;
}
inline Address PeerOf(int socket) {
  Address address;
  EXPECT_EQ(getpeername(socket, address.get(), &address.size), 0);
  return address;
}

inline int FamilyOf(std::string_view text) { return text.find(':') == text.npos ? AF_INET : AF_INET6; }

// The host's own address of each family.
class EachFamily : public testing::TestWithParam<const char*> {
 protected:
  int family() const { return FamilyOf(GetParam()); }
  Address Here(std::uint16_t port = 0) const { return AddressOf(GetParam(), port); }

  // A bound UDP socket.
  Descriptor Datagrams(int flags = 0) const {
    Descriptor made(socket(family(), SOCK_DGRAM | flags, 0));
    EXPECT_EQ(posix::Bind(made, Here()), 0);
    return made;
  }
  // A listening TCP socket.
  Descriptor Listener(int flags = 0, int backlog = 16) const {
    Descriptor made(socket(family(), SOCK_STREAM | flags, 0));
    EXPECT_EQ(posix::Bind(made, Here()), 0);
    EXPECT_EQ(listen(made, backlog), 0) << "errno " << errno;
    return made;
  }
};

template <typename T>
T OptionOf(int socket, int level, int name) {
  T value = {};
  socklen_t size = sizeof(value);
  EXPECT_EQ(getsockopt(socket, level, name, &value, &size), 0) << level << " " << name << " errno " << errno;
  return value;
}

template <typename T>
int SetOption(int socket, int level, int name, const T& value) {
  return setsockopt(socket, level, name, &value, sizeof(value));
}

inline ssize_t SendTo(int socket, std::string_view text, const Address& to, int flags = 0) {
  return sendto(socket, text.data(), text.size(), flags, to.get(), to.size);
}

// What one recv of up to `size` bytes gives.
inline std::string Receive(int socket, std::size_t size = 4096, int flags = 0) {
  std::string text(size, '\0');
  const ssize_t count = recv(socket, text.data(), size, flags);
  EXPECT_GE(count, 0) << "errno " << errno;
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

}  // namespace posix

#endif  // ENKEL_TESTING_POSIX_SOCKETS_SOCKETS_H_
