// Prints what host_fuzz begins with: a link on which a host gets a router, a network and neighbours, is redirected,
// queried and asked, and receives a datagram in fragments. See Host::Step for the form.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <span>
#include <vector>

#include "net/wire/address.h"
#include "net/wire/ipv6.h"
#include "net/wire/mld.h"
#include "net/wire/ndp.h"

namespace {

using net::Ipv6Address;

// Choices of host_fuzz.
constexpr int kAdvance = 0;  // by tenths of a second
constexpr int kSend = 2;     // to an address, so many times 16 bytes
constexpr int kJoin = 3;
constexpr int kPacket = 32 + 4;   // an extension header
constexpr int kMessage = 32 + 5;  // a message in one slice
constexpr int kOwn = 0;
constexpr int kPeer = 1;
constexpr int kRouter = 2;
constexpr int kAllNodes = 3;
constexpr int kSolicitedNode = 6;
constexpr int kFar = 7;
constexpr int kFragment = 2;
constexpr int kRouterAdvertisement = 1;
constexpr int kNeighborSolicitation = 2;
constexpr int kNeighborAdvertisement = 3;
constexpr int kRedirect = 4;
constexpr int kQuery = 0xf5;  // with a hop limit of 1
constexpr int kEcho = 6;

constexpr Ipv6Address kOwnAddress = Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 1);
constexpr Ipv6Address kPeerAddress = Ipv6Address::Of(0x2001, 0xdb8, 0, 1, 0, 0, 0, 2);
constexpr Ipv6Address kFarAddress = Ipv6Address::Of(0x2001, 0xdb8, 0, 7, 0, 0, 0, 7);
constexpr net::MacAddress kMac = {{std::byte{2}, {}, {}, {}, {}, std::byte{9}}};

void Put(std::initializer_list<int> bytes) {
  for (const int byte : bytes) std::putchar(byte);
}

void PutBytes(std::span<const std::byte> bytes) {
  std::putchar(static_cast<int>(bytes.size()));
  for (const std::byte byte : bytes) std::putchar(static_cast<int>(byte));
}

template <typename Message>
void Say(int source, int destination, int type, const Message& message) {
  std::vector<std::byte> bytes(message.size());
  message.Write(bytes);
  Put({kMessage, source, destination, type});
  PutBytes(bytes);
}

void PutFragment(std::uint16_t offset, bool has_more) {
  std::vector<std::byte> bytes(net::wire::kIpv6FragmentSize + 64);
  net::wire::Ipv6Fragment{
      .next_header = net::wire::IpProtocol::kUdp, .offset = offset, .has_more = has_more, .identification = 7}
      .Write(bytes);
  Put({kPacket, kPeer, kOwn, kFragment});
  PutBytes(bytes);
}

}  // namespace

int main() {
  Put({kAdvance, 30});
  net::wire::RouterAdvertisement advertisement = {.hop_limit = 64, .lifetime = 1800};
  advertisement.options.source_mac = kMac;
  advertisement.options.mtu = 1400;
  advertisement.options.prefix_count = 1;
  advertisement.options.prefixes[0] = {.prefix_size = 64,
                                       .is_on_link = true,
                                       .is_for_addresses = true,
                                       .valid = 9000,
                                       .preferred = 4000,
                                       .prefix = Ipv6Address::Of(0x2001, 0xdb8, 0, 5, 0, 0, 0, 0)};
  Say(kRouter, kAllNodes, kRouterAdvertisement, advertisement);
  Put({kAdvance, 30, kSend, kFar, 4, kSend, kPeer, 200});
  net::wire::NeighborAdvertisement answer = {.is_solicited = true, .overrides = true, .target = kPeerAddress};
  answer.options.target_mac = kMac;
  Say(kPeer, kOwn, kNeighborAdvertisement, answer);
  net::wire::NeighborSolicitation question = {.target = kOwnAddress};
  question.options.source_mac = kMac;
  Say(kPeer, kSolicitedNode, kNeighborSolicitation, question);
  net::wire::Redirect redirect = {.target = kFarAddress, .destination = kFarAddress};
  Say(kRouter, kOwn, kRedirect, redirect);
  Say(kRouter, kAllNodes, kQuery, net::wire::ListenerQuery{.most_delay = 1000});
  Put({kJoin, 9, kMessage, kPeer, kOwn, kEcho, 9, 0, 0, 0, 0, 1, 2, 3, 4, 5});
  PutFragment(64, false);
  PutFragment(0, true);
  Put({kAdvance, 200, kAdvance + 1, 200});
  return 0;
}
