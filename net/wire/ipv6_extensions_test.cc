#include "net/wire/ipv6_extensions.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <vector>

namespace net::wire {
namespace {

using Bytes = std::vector<std::byte>;
using Answer = Ipv6Fault::Answer;

Bytes Of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

// A header with these options, padded with zeros to its size.
Bytes Options(IpProtocol next, std::initializer_list<int> options) {
  Bytes bytes = Of({static_cast<int>(next), 0});
  for (const int value : options) bytes.push_back(static_cast<std::byte>(value));
  bytes.resize((bytes.size() + 7) / 8 * 8);
  bytes[1] = static_cast<std::byte>(bytes.size() / 8 - 1);
  return bytes;
}

Bytes operator+(Bytes one, const Bytes& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

const Bytes kTransport(8, std::byte{0x11});

std::expected<Ipv6Chain, Ipv6Fault> Walk(IpProtocol first, const Bytes& bytes, bool is_behind_fragment = false) {
  return WalkIpv6Chain({.next_header = first, .is_behind_fragment = is_behind_fragment}, bytes);
}

void ExpectFault(const std::expected<Ipv6Chain, Ipv6Fault>& chain, Answer answer, int code = 0, int pointer = 0) {
  ASSERT_FALSE(chain);
  EXPECT_EQ(chain.error().answer, answer);
  EXPECT_EQ(chain.error().code, code);
  EXPECT_EQ(chain.error().pointer, pointer);
}

TEST(Ipv6ExtensionsTest, WithoutExtensionHeadersNothingIsWalkedOver) {
  const auto chain = Walk(IpProtocol::kTcp, kTransport);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->next_header, IpProtocol::kTcp);
  EXPECT_EQ(chain->next_header_place, 6);
  EXPECT_EQ(chain->size, 0);
}

TEST(Ipv6ExtensionsTest, AllKindsInTheOrderOfTheRfcAreWalkedOver) {
  const Bytes bytes = Options(IpProtocol::kDestinationOptions, {5, 2, 0, 0}) + Options(IpProtocol::kRouting, {1, 4}) +
                      Of({static_cast<int>(IpProtocol::kDestinationOptions), 0, 4, 0, 0, 0, 0, 0}) +
                      Options(IpProtocol::kUdp, {0x1e, 3, 1, 2, 3}) + kTransport;
  const auto chain = Walk(IpProtocol::kHopByHop, bytes);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->next_header, IpProtocol::kUdp);
  EXPECT_EQ(chain->size, bytes.size() - 8);
  EXPECT_EQ(chain->next_header_place, 40 + 24);
  EXPECT_TRUE(chain->has_router_alert);
  EXPECT_FALSE(chain->fragment);
}

TEST(Ipv6ExtensionsTest, OptionsForEachHopStandFirstOrNowhere) {
  const Bytes bytes = Options(IpProtocol::kHopByHop, {}) + Options(IpProtocol::kUdp, {}) + kTransport;
  ExpectFault(Walk(IpProtocol::kDestinationOptions, bytes), Answer::kProblemUnlessGroup, kUnknownNextHeader, 40);
  ExpectFault(Walk(IpProtocol::kHopByHop, bytes), Answer::kProblemUnlessGroup, kUnknownNextHeader, 40);
  ExpectFault(Walk(IpProtocol::kHopByHop, Options(IpProtocol::kUdp, {}), true), Answer::kProblemUnlessGroup,
              kUnknownNextHeader, 6);
}

TEST(Ipv6ExtensionsTest, UnknownOptionsAreTreatedAsTheirUpperBitsSay) {
  const auto walk = [](int type) {
    return Walk(IpProtocol::kDestinationOptions, Options(IpProtocol::kUdp, {1, 0, type, 2, 7, 7}) + kTransport);
  };
  EXPECT_TRUE(walk(0x1e));
  ExpectFault(walk(0x5e), Answer::kNone);
  ExpectFault(walk(0x9e), Answer::kProblem, kUnknownOption, 40 + 4);
  ExpectFault(walk(0xde), Answer::kProblemUnlessGroup, kUnknownOption, 40 + 4);
}

TEST(Ipv6ExtensionsTest, AJumbogramIsAnUnknownOption) {
  ExpectFault(Walk(IpProtocol::kHopByHop, Options(IpProtocol::kUdp, {0xc2, 4, 0, 1, 0, 0}) + kTransport),
              Answer::kProblemUnlessGroup, kUnknownOption, 42);
}

TEST(Ipv6ExtensionsTest, ARoutingHeaderOfAnyTypeIsPassedOverWhenNoSegmentsAreLeftAndElseRefused) {
  for (const int type : {0, 1, 2, 3, 4, 253}) {
    EXPECT_TRUE(Walk(IpProtocol::kRouting, Of({17, 0, type, 0, 0, 0, 0, 0}) + kTransport)) << type;
    ExpectFault(Walk(IpProtocol::kRouting, Of({17, 0, type, 1, 0, 0, 0, 0}) + kTransport), Answer::kProblemUnlessGroup,
                kErroneousField, 42);
  }
}

TEST(Ipv6ExtensionsTest, PaddingBeyondWhatAlignsIsRefused) {
  EXPECT_TRUE(
      Walk(IpProtocol::kDestinationOptions, Options(IpProtocol::kUdp, {0x1e, 0, 1, 5, 0, 0, 0, 0, 0, 0x1e, 0})));
  ExpectFault(Walk(IpProtocol::kDestinationOptions, Options(IpProtocol::kUdp, {1, 6, 0, 0, 0, 0, 0, 0})),
              Answer::kNone);
  ExpectFault(Walk(IpProtocol::kDestinationOptions, Options(IpProtocol::kUdp, {0, 0, 0, 0, 0, 0, 0, 0, 0x1e, 0})),
              Answer::kNone);
  ExpectFault(Walk(IpProtocol::kDestinationOptions, Options(IpProtocol::kUdp, {1, 4, 0, 0, 1, 0})), Answer::kNone);
  ExpectFault(Walk(IpProtocol::kDestinationOptions, Options(IpProtocol::kUdp, {1, 1, 0, 1, 1, 0, 1, 0})),
              Answer::kNone);
}

TEST(Ipv6ExtensionsTest, EightOptionsAreTakenAndNineAreNot) {
  EXPECT_TRUE(Walk(IpProtocol::kDestinationOptions,
                   Options(IpProtocol::kUdp, {30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0})));
  ExpectFault(Walk(IpProtocol::kDestinationOptions,
                   Options(IpProtocol::kUdp, {30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30, 0})),
              Answer::kNone);
}

// CVE-2020-17442, CVE-2020-13984 and others: sizes of options and headers that point beyond them.
TEST(Ipv6ExtensionsTest, AnOptionThatEndsBehindItsHeaderIsRefused) {
  for (const int size : {5, 6, 127, 128, 254, 255}) {
    ExpectFault(Walk(IpProtocol::kHopByHop, Of({17, 0, 0x1e, size, 0, 0, 0, 0}) + kTransport), Answer::kNone);
  }
  ExpectFault(Walk(IpProtocol::kHopByHop, Of({17, 0, 0x1e, 3, 0, 0, 0, 0x1e}) + kTransport), Answer::kNone);
}

// CVE-2020-11897: a header that ends behind the packet.
TEST(Ipv6ExtensionsTest, AHeaderThatEndsBehindThePacketIsTruncated) {
  const Bytes whole = Options(IpProtocol::kRouting, {30, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0}) +
                      Of({60, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) + Options(IpProtocol::kUdp, {});
  ASSERT_TRUE(Walk(IpProtocol::kHopByHop, whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto chain = Walk(IpProtocol::kHopByHop, Bytes(whole.begin(), whole.begin() + static_cast<long>(size)));
    ASSERT_FALSE(chain) << size;
    EXPECT_TRUE(chain.error().is_truncated) << size;
    EXPECT_EQ(chain.error().answer, Answer::kNone);
  }
}

TEST(Ipv6ExtensionsTest, ChainsWithoutEndAreNotFollowed) {
  Bytes many;
  for (int i = 0; i < 8; ++i) many = many + Options(i == 7 ? IpProtocol::kUdp : IpProtocol::kDestinationOptions, {});
  EXPECT_TRUE(Walk(IpProtocol::kDestinationOptions, many + kTransport));
  many[56] = std::byte{60};
  const auto nine = Walk(IpProtocol::kDestinationOptions, many + Options(IpProtocol::kUdp, {}));
  ExpectFault(nine, Answer::kNone);
  EXPECT_FALSE(nine.error().is_truncated);
  Bytes large = Of({17, 32});
  large.resize(33 * 8 + 20);
  for (std::size_t i = 2; i < 33 * 8; i += 7) {
    large[i] = std::byte{30};
    large[i + 1] = std::byte{5};
  }
  const auto beyond = Walk(IpProtocol::kDestinationOptions, large);
  ExpectFault(beyond, Answer::kNone);
  EXPECT_FALSE(beyond.error().is_truncated);
}

TEST(Ipv6ExtensionsTest, TheWalkEndsAtAFragmentButGoesOnBehindAnAtomicOne) {
  const Bytes behind = Options(IpProtocol::kUdp, {});
  const auto fragment = Walk(IpProtocol::kFragment, Of({60, 0, 0, 1, 0, 0, 0, 5}) + behind);
  ASSERT_TRUE(fragment);
  ASSERT_TRUE(fragment->fragment);
  EXPECT_EQ(fragment->fragment->identification, 5u);
  EXPECT_EQ(fragment->fragment_place, 40);
  EXPECT_EQ(fragment->size, 8);
  EXPECT_EQ(fragment->next_header, IpProtocol::kDestinationOptions);
  const auto atomic = Walk(IpProtocol::kFragment, Of({60, 0, 0, 0, 0, 0, 0, 5}) + behind);
  ASSERT_TRUE(atomic);
  EXPECT_EQ(atomic->next_header, IpProtocol::kUdp);
  EXPECT_EQ(atomic->size, 16);
}

TEST(Ipv6ExtensionsTest, AFragmentWithinAFragmentIsRefused) {
  const Bytes atomic = Of({44, 0, 0, 0, 0, 0, 0, 5});
  ExpectFault(Walk(IpProtocol::kFragment, atomic + Of({17, 0, 0, 1, 0, 0, 0, 6}) + kTransport), Answer::kNone);
  ExpectFault(Walk(IpProtocol::kFragment, Of({17, 0, 0, 1, 0, 0, 0, 6}) + kTransport, true), Answer::kNone);
}

TEST(Ipv6ExtensionsTest, AuthenticatedAndEncryptedPayloadAreNoExtensionsOfOurs) {
  for (const int next : {50, 51, 135, 139, 4, 41}) {
    const auto chain = Walk(IpProtocol::kDestinationOptions, Options(static_cast<IpProtocol>(next), {}) + kTransport);
    ASSERT_TRUE(chain);
    EXPECT_EQ(static_cast<int>(chain->next_header), next);
    EXPECT_EQ(chain->next_header_place, 40);
  }
}

}  // namespace
}  // namespace net::wire
