// [POSIX] getaddrinfo, getnameinfo: musl asks the network's resolver, which asks a server of the test's.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "boards/machine/network.h"
#include "gtest/gtest.h"
#include "net/wire/address.h"
#include "testing/posix_sockets/sockets.h"

namespace posix {
namespace {

// Addresses of a name, as text; the error where there are none.
std::set<std::string> AddressesOf(const char* name, int family = AF_UNSPEC, const char* service = nullptr) {
  addrinfo hints = {};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(name, service, &hints, &found);
  if (error != 0) return {gai_strerror(error)};
  std::set<std::string> texts;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Address address;
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    texts.insert(address.text() + (service == nullptr ? "" : " " + std::to_string(address.port())));
  }
  freeaddrinfo(found);
  return texts;
}

using Texts = std::set<std::string>;

// A name server on port 53 of the loopback interface: one name, with an address of each version, and its way back.
class NamesTest : public testing::Test {
 protected:
  static constexpr std::string_view kName = "\4host\7example";  // with the final 0
  static constexpr std::string_view kBack =
      "\1"
      "7\1"
      "2\1"
      "0\003192\7in-addr\4arpa";

  NamesTest() : socket_(socket(AF_INET, SOCK_DGRAM, 0)) {
    EXPECT_EQ(Bind(socket_, AddressOf("127.0.0.1", 53)), 0);
    const std::array<net::IpAddress, 1> servers = {net::Ipv4Address::Of(127, 0, 0, 1)};
    machine::Network::Get().resolver().SetServers(servers);
    thread_ = std::thread([this] { Serve(); });
  }
  ~NamesTest() override {
    // An empty datagram is the end.
    const Descriptor last(socket(AF_INET, SOCK_DGRAM, 0));
    EXPECT_EQ(SendTo(last, "", AddressOf("127.0.0.1", 53)), 0);
    thread_.join();
    machine::Network::Get().resolver().SetServers({});
  }

  int queries() const { return queries_; }

 private:
  void Serve() {
    std::array<char, 512> bytes;
    for (;;) {
      Address from;
      const ssize_t size = recvfrom(socket_, bytes.data(), bytes.size(), 0, from.get(), &from.size);
      if (size <= 12) return;
      ++queries_;
      const std::string reply = ReplyTo(std::string(bytes.data(), static_cast<std::size_t>(size)));
      EXPECT_EQ(SendTo(socket_, reply, from), static_cast<ssize_t>(reply.size()));
    }
  }

  static std::string ReplyTo(std::string query) {
    const std::size_t end = query.find('\0', 12);
    std::string name = query.substr(12, end - 12);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; });
    const int type = query[end + 2];
    std::string data;
    if (name == kName && type == 1) data = std::string("\xc0\x00\x02\x07", 4);
    if (name == kName && type == 28) data = std::string("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07", 16);
    if (name == kBack && type == 12) data = std::string(kName) + '\0';
    query[2] = '\x81';
    query[3] = data.empty() && name != kName ? '\x83' : '\x80';  // no such name
    if (data.empty()) return query;
    query[7] = 1;
    query += std::string("\xc0\x0c\0", 3) + static_cast<char>(type) + std::string("\0\1\0\0\0\x3c\0", 7) +
             static_cast<char>(data.size()) + data;
    return query;
  }

  Descriptor socket_;
  std::thread thread_;
  std::atomic<int> queries_ = 0;
};

TEST_F(NamesTest, ANameHasItsAddresses) {
  EXPECT_EQ(AddressesOf("host.example"), (Texts{"192.0.2.7", "2001:db8::7"}));
  EXPECT_EQ(queries(), 2);
  EXPECT_EQ(AddressesOf("HOST.example", AF_INET, "443"), (Texts{"192.0.2.7 443"}));
  EXPECT_EQ(queries(), 2);  // it was known
}

TEST_F(NamesTest, AMissingNameIsTold) { EXPECT_EQ(AddressesOf("missing.example"), (Texts{gai_strerror(EAI_NONAME)})); }

TEST_F(NamesTest, AnAddressHasItsName) {
  const Address address = AddressOf("192.0.2.7", 80);
  char host[256];
  char service[32];
  ASSERT_EQ(getnameinfo(address.get(), address.size, host, sizeof(host), service, sizeof(service), NI_NUMERICSERV), 0);
  EXPECT_STREQ(host, "host.example");
  EXPECT_STREQ(service, "80");
  const Address unknown = AddressOf("192.0.2.8", 80);
  ASSERT_EQ(getnameinfo(unknown.get(), unknown.size, host, sizeof(host), nullptr, 0, 0), 0);
  EXPECT_STREQ(host, "192.0.2.8");
}

TEST(Names, NumbersAndLocalhostNeedNoServer) {
  EXPECT_EQ(AddressesOf("192.0.2.1", AF_UNSPEC, "80"), (Texts{"192.0.2.1 80"}));
  EXPECT_EQ(AddressesOf("2001:db8::1"), (Texts{"2001:db8::1"}));
  EXPECT_EQ(AddressesOf("localhost"), (Texts{"127.0.0.1", "::1"}));
  EXPECT_EQ(AddressesOf("a.invalid"), (Texts{gai_strerror(EAI_NONAME)}));
}

TEST(Names, WithoutAServerNobodyKnows) { EXPECT_EQ(AddressesOf("host.example"), (Texts{gai_strerror(EAI_AGAIN)})); }

}  // namespace
}  // namespace posix
