#include "net/tcp/syn_cookies.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <set>

#include "kernel/base/time.h"
#include "net/tcp/negotiation.h"
#include "net/tcp/sequence.h"
#include "net/test_context.h"
#include "net/wire/address.h"

namespace net::tcp {
namespace {

using kernel::Duration;
using kernel::Instant;

constexpr Endpoint kLocal = {Ipv4Address::Of(192, 0, 2, 1), 80};
constexpr Endpoint kRemote = {Ipv4Address::Of(198, 51, 100, 7), 50'000};
constexpr Sequence kIrs = {0x1234'5678};
constexpr std::uint8_t kOurShift = 7;
constexpr Instant kNow = Instant{} + Duration::Seconds(100);  // 40 s into its minute
constexpr Negotiated kFull = {.send_segment_size = 1460,
                              .send_window_shift = 9,
                              .receive_window_shift = kOurShift,
                              .has_timestamps = true,
                              .has_sack = true,
                              .has_ecn = true};
constexpr Negotiated kBare = {.send_segment_size = 1460};

class SynCookiesTest : public testing::Test {
 protected:
  Cookie Make(const Negotiated& agreed, bool peer_scales = true, std::uint32_t clock = 1000) {
    return MakeCookie(random_, kLocal, kRemote, kIrs, agreed, peer_scales, clock, kNow);
  }
  std::optional<Negotiated> Check(Sequence iss, std::optional<std::uint32_t> echo, Instant now = kNow) {
    return CheckCookie(random_, kLocal, kRemote, kIrs, iss + 1, echo, kOurShift, now);
  }

  SeededRandom random_{1};
};

TEST_F(SynCookiesTest, TheAnswerBringsBackWhatWasAgreed) {
  for (std::uint8_t bits = 0; bits < 8; ++bits) {
    for (std::uint8_t shift = 0; shift <= kMostWindowShift; ++shift) {
      Negotiated agreed = kFull;
      const bool peer_scales = (bits & 1) != 0;
      agreed.has_sack = (bits & 2) != 0;
      agreed.has_ecn = (bits & 4) != 0;
      agreed.send_window_shift = peer_scales ? shift : 0;
      agreed.receive_window_shift = peer_scales ? kOurShift : 0;
      const Cookie cookie = Make(agreed, peer_scales);
      const std::optional<Negotiated> back = Check(cookie.iss, cookie.timestamp);
      ASSERT_TRUE(back);
      EXPECT_TRUE(back->has_timestamps);
      EXPECT_EQ(back->has_sack, agreed.has_sack);
      EXPECT_EQ(back->has_ecn, agreed.has_ecn);
      EXPECT_EQ(back->send_window_shift, agreed.send_window_shift);
      EXPECT_EQ(back->receive_window_shift, agreed.receive_window_shift);
      EXPECT_EQ(back->send_segment_size, 1460);
    }
  }
}

TEST_F(SynCookiesTest, TheSegmentSizeIsRoundedDownToOneOfEight) {
  const auto size_after = [&](std::uint16_t size) {
    return Check(Make({.send_segment_size = size}).iss, std::nullopt)->send_segment_size;
  };
  EXPECT_EQ(size_after(536), 536);
  EXPECT_EQ(size_after(1219), 536);
  EXPECT_EQ(size_after(1220), 1220);
  EXPECT_EQ(size_after(1459), 1452);
  EXPECT_EQ(size_after(8000), 1460);
  EXPECT_EQ(size_after(65535), 8940);
  EXPECT_EQ(size_after(100), 536);
}

TEST_F(SynCookiesTest, WithoutTimestampsOnlyTheSegmentSizeComesBack) {
  const Cookie cookie = Make(kBare);
  const std::optional<Negotiated> back = Check(cookie.iss, std::nullopt);
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->has_timestamps || back->has_sack || back->has_ecn);
  EXPECT_EQ(back->send_window_shift + back->receive_window_shift, 0);
  EXPECT_FALSE(Check(cookie.iss, 1000));  // an echo that nothing was sent for
}

TEST_F(SynCookiesTest, ItsTimestampIsNeverAfterTheClock) {
  for (std::uint32_t clock : {0u, 1u, 63u, 64u, 1000u, 0x7fff'ffffu, 0xffff'ffffu}) {
    for (std::uint32_t step = 0; step < 64; ++step) {
      const std::uint32_t timestamp = Make(kFull, true, clock + step).timestamp;
      const auto behind = static_cast<std::int32_t>(clock + step - timestamp);
      EXPECT_GE(behind, 0);
      EXPECT_LT(behind, 64);
    }
  }
}

TEST_F(SynCookiesTest, ACookieIsGoodForTwoMinutesAtMost) {
  const Cookie cookie = Make(kFull);  // at 1:40
  EXPECT_TRUE(Check(cookie.iss, cookie.timestamp, Instant{} + Duration::Seconds(60)));
  EXPECT_TRUE(Check(cookie.iss, cookie.timestamp, Instant{} + Duration::Milliseconds(179'999)));
  EXPECT_FALSE(Check(cookie.iss, cookie.timestamp, Instant{} + Duration::Seconds(180)));
  EXPECT_FALSE(Check(cookie.iss, cookie.timestamp, Instant{} + Duration::Seconds(59)));
}

TEST_F(SynCookiesTest, AnotherConnectionsCookieIsNone) {
  const Cookie cookie = Make(kFull);
  EXPECT_FALSE(
      CheckCookie(random_, kLocal, {kRemote.address, 50'001}, kIrs, cookie.iss + 1, cookie.timestamp, kOurShift, kNow));
  EXPECT_FALSE(
      CheckCookie(random_, {kLocal.address, 81}, kRemote, kIrs, cookie.iss + 1, cookie.timestamp, kOurShift, kNow));
  EXPECT_FALSE(CheckCookie(random_, kLocal, kRemote, kIrs + 1, cookie.iss + 1, cookie.timestamp, kOurShift, kNow));
  EXPECT_FALSE(Check(cookie.iss, cookie.timestamp ^ 1));  // a better window scale
  EXPECT_FALSE(Check(cookie.iss + 1, cookie.timestamp));  // another segment size
  SeededRandom other(2);
  EXPECT_FALSE(CheckCookie(other, kLocal, kRemote, kIrs, cookie.iss + 1, cookie.timestamp, kOurShift, kNow));
}

// Blind guesses succeed with one in 2^28: two minutes, 29 bits.
TEST_F(SynCookiesTest, AMillionGuessesFindNone) {
  SeededRandom guess(99);
  for (int i = 0; i < 1'000'000; ++i) {
    ASSERT_FALSE(Check({static_cast<std::uint32_t>(guess.Next())}, std::nullopt)) << i;
  }
}

TEST_F(SynCookiesTest, CookiesOfOneSenderTellNothingAboutTheNext) {
  std::set<std::uint32_t> steps;
  Sequence last = {};
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const Sequence iss = MakeCookie(random_, kLocal, kRemote, kIrs + i, kBare, false, 0, kNow).iss;
    steps.insert(iss.value - last.value);
    last = iss;
  }
  EXPECT_EQ(steps.size(), 1000u);
}

}  // namespace
}  // namespace net::tcp
