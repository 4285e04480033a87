#include "net/tcp/negotiation.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "net/wire/tcp.h"

namespace net::tcp {
namespace {

using wire::TcpOptions;

constexpr Offer kOffer = {.segment_size = 1460, .window_shift = 7};

TcpOptions Full() {
  TcpOptions options;
  options.maximum_segment_size = 1400;
  options.window_scale = 9;
  options.timestamps = wire::TcpTimestamps{};
  options.may_sack = true;
  return options;
}

TEST(NegotiationTest, WhatBothHaveIsAgreed) {
  const Negotiated agreed = Negotiate(kOffer, Full(), wire::kSyn | wire::kEce | wire::kCwr, true);
  EXPECT_EQ(agreed.send_segment_size, 1400);
  EXPECT_EQ(agreed.send_window_shift, 9);
  EXPECT_EQ(agreed.receive_window_shift, 7);
  EXPECT_TRUE(agreed.has_timestamps && agreed.has_sack && agreed.has_ecn);
}

TEST(NegotiationTest, WhatOneLacksIsNot) {
  const Negotiated bare = Negotiate(kOffer, {}, wire::kSyn, true);
  EXPECT_EQ(bare.send_window_shift, 0);
  EXPECT_EQ(bare.receive_window_shift, 0);
  EXPECT_FALSE(bare.has_timestamps || bare.has_sack || bare.has_ecn);
  const Offer little = {
      .segment_size = 1460, .has_window_scale = false, .has_timestamps = false, .has_sack = false, .has_ecn = false};
  const Negotiated agreed = Negotiate(little, Full(), wire::kSyn | wire::kEce | wire::kCwr, true);
  EXPECT_EQ(agreed.send_window_shift, 0);
  EXPECT_FALSE(agreed.has_timestamps || agreed.has_sack || agreed.has_ecn);
}

// [RFC9293] 3.7.1, MUST-15
TEST(NegotiationTest, WithoutTheOptionTheSegmentSizeIsTheDefaultOfTheVersion) {
  EXPECT_EQ(Negotiate(kOffer, {}, wire::kSyn, true).send_segment_size, 536);
  EXPECT_EQ(Negotiate(kOffer, {}, wire::kSyn, false).send_segment_size, 1220);
}

// CVE-2019-11479: segments of 48 bytes with 40 of options carried 8.
TEST(NegotiationTest, AnAbsurdSegmentSizeIsRaisedAndALargeOneCut) {
  for (const std::uint16_t size : {0, 1, 48, 535}) {
    TcpOptions options;
    options.maximum_segment_size = size;
    EXPECT_EQ(Negotiate(kOffer, options, wire::kSyn, true).send_segment_size, 536) << size;
  }
  TcpOptions options;
  options.maximum_segment_size = 65535;
  EXPECT_EQ(Negotiate(kOffer, options, wire::kSyn, true).send_segment_size, 1460);
  EXPECT_EQ(Negotiate({.segment_size = 400}, options, wire::kSyn, true).send_segment_size, 400);  // our own path's
}

// [RFC7323] 2.3
TEST(NegotiationTest, AWindowScaleAboveFourteenCountsAsFourteen) {
  TcpOptions options;
  for (const int scale : {14, 15, 255}) {
    options.window_scale = static_cast<std::uint8_t>(scale);
    EXPECT_EQ(Negotiate(kOffer, options, wire::kSyn, true).send_window_shift, 14);
  }
}

// [RFC3168] 6.1.1.1: a host that reflects reserved bits has not agreed.
TEST(NegotiationTest, EcnIsAskedWithTwoBitsAndAgreedWithOne) {
  const auto has_ecn = [](wire::TcpFlags flags) { return Negotiate(kOffer, {}, flags, true).has_ecn; };
  EXPECT_TRUE(has_ecn(wire::kSyn | wire::kEce | wire::kCwr));
  EXPECT_FALSE(has_ecn(wire::kSyn | wire::kEce));
  EXPECT_FALSE(has_ecn(wire::kSyn | wire::kCwr));
  EXPECT_FALSE(has_ecn(wire::kSyn));
  EXPECT_TRUE(has_ecn(wire::kSyn | wire::kAck | wire::kEce));
  EXPECT_FALSE(has_ecn(wire::kSyn | wire::kAck | wire::kEce | wire::kCwr));
  EXPECT_FALSE(has_ecn(wire::kSyn | wire::kAck | wire::kCwr));
  EXPECT_FALSE(has_ecn(wire::kSyn | wire::kAck));
}

TEST(NegotiationTest, TheShiftIsTheLeastThatShowsTheWindow) {
  EXPECT_EQ(WindowShiftFor(0), 0);
  EXPECT_EQ(WindowShiftFor(65535), 0);
  EXPECT_EQ(WindowShiftFor(65536), 1);
  EXPECT_EQ(WindowShiftFor(6 * 1024 * 1024), 7);
  EXPECT_EQ(WindowShiftFor(1 << 30), 14);
  EXPECT_EQ(WindowShiftFor(UINT32_MAX), 14);
}

TEST(NegotiationTest, ASynOffersAndItsAnswerRepeatsOnlyWhatWasOffered) {
  const TcpOptions syn = OptionsOfSyn(kOffer);
  EXPECT_EQ(syn.maximum_segment_size, 1460);
  EXPECT_EQ(syn.window_scale, 7);
  EXPECT_TRUE(syn.may_sack);
  const TcpOptions full = OptionsOfSynAck(kOffer, Negotiate(kOffer, Full(), wire::kSyn, true), true);
  EXPECT_EQ(full.maximum_segment_size, 1460);
  EXPECT_EQ(full.window_scale, 7);
  EXPECT_TRUE(full.may_sack);
  const TcpOptions bare = OptionsOfSynAck(kOffer, Negotiate(kOffer, {}, wire::kSyn, true), false);
  EXPECT_EQ(bare.maximum_segment_size, 1460);
  EXPECT_FALSE(bare.window_scale || bare.may_sack);
}

}  // namespace
}  // namespace net::tcp
