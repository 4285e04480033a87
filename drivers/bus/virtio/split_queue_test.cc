#include "drivers/bus/virtio/split_queue.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/virtio/model_device.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/result.h"

namespace drivers::virtio {
namespace {

TEST(Negotiation, TakesWhatIsOfferedAndWanted) {
  ModelDevice device;
  device.offered = kVersion1 | 0b1011;
  const auto features = Negotiate(device, 0b0110, 0b0001);
  ASSERT_TRUE(features);
  EXPECT_EQ(*features, kVersion1 | 0b0011);
  EXPECT_EQ(device.accepted, *features);
  Start(device);
  EXPECT_EQ(device.status, kAcknowledge | kDriver | kFeaturesOk | kDriverOk);
}

TEST(Negotiation, FailsWithoutWhatIsRequired) {
  ModelDevice device;
  device.offered = kVersion1;
  EXPECT_EQ(Negotiate(device, 0, 0b1).error(), kernel::Error::kUnsupported);
  EXPECT_EQ(device.status, kFailed);
  device.offered = 0b1;  // a device of before 1.0
  EXPECT_EQ(Negotiate(device, 0b1, 0).error(), kernel::Error::kUnsupported);
}

TEST(Negotiation, FailsWhereTheDeviceRefusesTheSet) {
  ModelDevice device;
  device.refuses_features = true;
  EXPECT_EQ(Negotiate(device, 0, 0).error(), kernel::Error::kUnsupported);
}

class SplitQueueTest : public testing::Test {
 protected:
  static constexpr std::size_t kPage = 4096;

  void Make(Features features, std::uint16_t entries = 8) {
    device_.most_entries = entries;
    std::memset(rings_.get(), 0xa5, sizeof(SplitQueue::Rings));  // they come with arbitrary contents
    queue_.emplace(device_, 0, features, domain_, *rings_, std::span(tables_.get(), 1));
  }

  // `size` bytes that begin `offset` into a page.
  std::span<std::byte> Room(std::size_t offset, std::size_t size) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    return std::span(memory_).subspan((kPage - address % kPage) % kPage + offset, size);
  }

  bool Lend(std::uint16_t token, bool is_for_device = true) {
    const Piece piece = {.bytes = Room(0, 100), .is_for_device = is_for_device};
    return queue_->Add({&piece, 1}, token);
  }

  ModelDomain domain_;
  ModelDevice device_;
  std::unique_ptr<SplitQueue::Rings> rings_ = std::make_unique<SplitQueue::Rings>();
  std::unique_ptr<SplitQueue::TablePage[]> tables_ = std::make_unique<SplitQueue::TablePage[]>(1);
  std::vector<std::byte> memory_ = std::vector<std::byte>(8 * kPage);
  std::optional<SplitQueue> queue_;
};

TEST_F(SplitQueueTest, WhatIsLentComesBackInAnyOrderWithItsToken) {
  Make(kVersion1);
  for (const std::uint16_t token : {10, 11, 12}) ASSERT_TRUE(Lend(token));
  EXPECT_FALSE(device_.Take(0));  // not before it is published
  queue_->Publish();
  std::vector<std::uint16_t> heads;
  while (const auto lent = device_.Take(0)) heads.push_back(lent->head);
  ASSERT_EQ(heads.size(), 3u);
  device_.Give(0, heads[2], 7);
  device_.Give(0, heads[0], 100);
  auto used = queue_->TakeUsed();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->token, 12);
  EXPECT_EQ(used->written, 7u);
  used = queue_->TakeUsed();
  ASSERT_TRUE(used);
  EXPECT_EQ(used->token, 10);
  EXPECT_FALSE(queue_->TakeUsed());
  EXPECT_EQ(queue_->free_entries(), 7);
}

TEST_F(SplitQueueTest, PiecesAreCutWherePagesEndAndKeepTheirOrder) {
  Make(kVersion1);
  for (std::size_t i = 0; i < memory_.size(); ++i) memory_[i] = static_cast<std::byte>(i % 251);
  const std::span<std::byte> first = Room(kPage - 10, 30);
  const std::array<Piece, 2> pieces = {Piece{.bytes = first},
                                       Piece{.bytes = Room(3 * kPage - 1, 2), .is_for_device = true}};
  ASSERT_TRUE(queue_->Add(pieces, 1));
  EXPECT_EQ(queue_->free_entries(), 4);
  queue_->Publish();
  const auto lent = device_.Take(0);
  ASSERT_TRUE(lent);
  EXPECT_EQ(lent->read, std::vector<std::byte>(first.begin(), first.end()));
  ASSERT_EQ(lent->writable.size(), 2u);
  EXPECT_EQ(lent->writable[0].size(), 1u);
}

TEST_F(SplitQueueTest, AFullQueueTakesNothingAndLosesNothing) {
  Make(kVersion1, 4);
  for (std::uint16_t token = 0; token < 4; ++token) ASSERT_TRUE(Lend(token));
  EXPECT_FALSE(Lend(4));
  queue_->Publish();
  const auto lent = device_.Take(0);
  ASSERT_TRUE(lent);
  device_.Give(0, lent->head, 0);
  EXPECT_FALSE(Lend(4));  // until the driver took it back
  EXPECT_TRUE(queue_->TakeUsed());
  EXPECT_TRUE(Lend(4));
}

TEST_F(SplitQueueTest, CountsWrapAround) {
  Make(kVersion1 | kEventIndex, 4);
  for (int round = 0; round < 70'000; ++round) {
    ASSERT_TRUE(Lend(static_cast<std::uint16_t>(round)));
    queue_->Publish();
    const auto lent = device_.Take(0);
    ASSERT_TRUE(lent);
    device_.Give(0, lent->head, 1);
    const auto used = queue_->TakeUsed();
    ASSERT_TRUE(used);
    ASSERT_EQ(used->token, static_cast<std::uint16_t>(round));
  }
  EXPECT_EQ(device_.notifications[0], 70'000);
}

TEST_F(SplitQueueTest, ADeviceThatLooksByItselfIsNotNotified) {
  Make(kVersion1 | kEventIndex);
  ASSERT_TRUE(Lend(1));
  queue_->Publish();
  EXPECT_EQ(device_.notifications[0], 1);
  ASSERT_TRUE(Lend(2));  // the device has not taken the first yet: it will see this one, too
  queue_->Publish();
  EXPECT_EQ(device_.notifications[0], 1);
}

TEST_F(SplitQueueTest, AnInterruptThatIsAskedForTooLateIsToldAtOnce) {
  Make(kVersion1 | kEventIndex);
  ASSERT_TRUE(Lend(1));
  queue_->Publish();
  EXPECT_FALSE(queue_->RequestInterrupt());
  EXPECT_EQ(device_.UsedEvent(0), 0);
  const auto lent = device_.Take(0);
  ASSERT_TRUE(lent);
  device_.Give(0, lent->head, 0);
  EXPECT_TRUE(queue_->RequestInterrupt());
  ASSERT_TRUE(queue_->TakeUsed());
  EXPECT_FALSE(queue_->RequestInterrupt());
  EXPECT_EQ(device_.UsedEvent(0), 1);
}

TEST_F(SplitQueueTest, NeighboursBecomeOneDescriptorWhereTheyLieTogetherForTheDevice) {
  Make(kVersion1);
  const std::array<Piece, 3> pieces = {Piece{.bytes = Room(100, 50)}, Piece{.bytes = Room(150, 50)},
                                       Piece{.bytes = Room(201, 10)}};
  ASSERT_TRUE(queue_->Add(pieces, 1));
  EXPECT_EQ(queue_->free_entries(), 6);
  queue_->Publish();
  const auto lent = device_.Take(0);
  ASSERT_TRUE(lent);
  EXPECT_EQ(lent->descriptors, 2);
  EXPECT_EQ(lent->read.size(), 110u);
}

class Indirect : public SplitQueueTest {
 protected:
  // Single bytes, apart from each other.
  bool LendBytes(std::size_t count, std::uint16_t token) {
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < count; ++i) pieces.push_back({.bytes = Room(2 * i, 1), .is_for_device = true});
    return queue_->Add(pieces, token);
  }
};

TEST_F(Indirect, ALongChainTakesOneEntry) {
  device_.offered |= kIndirect;
  Make(kVersion1 | kIndirect);
  EXPECT_EQ(queue_->Room(), 6u) << "a page has six tables, and two entries are none";
  ASSERT_TRUE(LendBytes(SplitQueue::kTableEntries, 7));
  EXPECT_EQ(queue_->free_entries(), 7);
  EXPECT_FALSE(LendBytes(SplitQueue::kTableEntries + 1, 8)) << "more than a table holds";
  queue_->Publish();
  const auto lent = device_.Take(0);
  ASSERT_TRUE(lent);
  EXPECT_EQ(lent->writable.size(), std::size_t{SplitQueue::kTableEntries});
  EXPECT_FALSE(device_.is_book_broken);
  device_.Give(0, lent->head, SplitQueue::kTableEntries);
  EXPECT_EQ(queue_->TakeUsed()->token, 7);
  EXPECT_EQ(queue_->free_entries(), 8);
}

TEST_F(Indirect, TablesComeBackForEver) {
  device_.offered |= kIndirect;
  Make(kVersion1 | kIndirect | kEventIndex);
  for (int round = 0; round < 1'000; ++round) {
    for (std::uint16_t token = 0; token < 6; ++token) ASSERT_TRUE(LendBytes(10, token));
    EXPECT_FALSE(LendBytes(10, 6)) << "no table, and not as many entries";
    EXPECT_TRUE(LendBytes(2, 6));
    queue_->Publish();
    while (const auto lent = device_.Take(0)) device_.Give(0, lent->head, 1);
    for (int i = 0; i < 7; ++i) ASSERT_TRUE(queue_->TakeUsed());
    ASSERT_EQ(queue_->Room(), 6u);
  }
  EXPECT_FALSE(device_.is_book_broken);
}

TEST_F(Indirect, ADeviceThatDidNotOfferTablesGetsNone) {
  Make(kVersion1, 64);
  ASSERT_TRUE(LendBytes(40, 1));
  EXPECT_EQ(queue_->free_entries(), 24);
  queue_->Publish();
  EXPECT_EQ(device_.Take(0)->writable.size(), 40u);
  EXPECT_EQ(device_.tables_seen, 0);
}

TEST_F(SplitQueueTest, BeginsAnewAfterAReset) {
  device_.offered |= kIndirect;
  Make(kVersion1 | kIndirect | kEventIndex);
  for (std::uint16_t token = 0; token < 8; ++token) ASSERT_TRUE(Lend(token));
  queue_->Publish();
  device_.Give(0, 99, 0);
  EXPECT_FALSE(queue_->TakeUsed());
  ASSERT_TRUE(queue_->is_broken());
  device_.SetStatus(0);
  queue_->Restart();
  EXPECT_FALSE(queue_->is_broken());
  EXPECT_EQ(queue_->free_entries(), 8);
  EXPECT_FALSE(queue_->TakeUsed());
  ASSERT_TRUE(Lend(5));
  queue_->Publish();
  const auto lent = device_.Take(0);
  ASSERT_TRUE(lent);
  device_.Give(0, lent->head, 1);
  EXPECT_EQ(queue_->TakeUsed()->token, 5);
}

// Each lie on a queue of its own: from then on nothing comes.
class Lie : public SplitQueueTest {
 protected:
  void SetUp() override {
    Make(kVersion1);
    ASSERT_TRUE(Lend(1));
    ASSERT_TRUE(Lend(2));
    queue_->Publish();
    head_ = device_.Take(0)->head;
  }
  void ExpectBroken() {
    EXPECT_FALSE(queue_->TakeUsed());
    EXPECT_TRUE(queue_->is_broken());
    device_.Give(0, head_, 1);
    EXPECT_FALSE(queue_->TakeUsed());
    EXPECT_FALSE(Lend(3));
    EXPECT_FALSE(queue_->RequestInterrupt());
  }

  std::uint16_t head_ = 0;
};

TEST_F(Lie, AChainBeyondTheRing) {
  device_.Give(0, 8, 0);
  ExpectBroken();
}

TEST_F(Lie, AChainThatWasNotLent) {
  device_.Give(0, 5, 0);
  ExpectBroken();
}

TEST_F(Lie, AChainThatWasGivenBackAlready) {
  device_.Give(0, head_, 1);
  EXPECT_TRUE(queue_->TakeUsed());
  device_.Give(0, head_, 1);
  ExpectBroken();
}

TEST_F(Lie, MoreGivenBackThanTheQueueHas) {
  device_.Give(0, head_, 1);  // its first word is true
  device_.Claim(0, 9);
  ExpectBroken();
}

TEST_F(Lie, MoreWrittenThanWasLent) {
  device_.Give(0, head_, 101);
  ExpectBroken();
}

TEST_F(Lie, TheMiddleOfAChain) {
  queue_.reset();
  device_.SetStatus(0);
  *rings_ = {};
  Make(kVersion1);
  const Piece piece = {.bytes = Room(kPage - 1, 2), .is_for_device = true};
  ASSERT_TRUE(queue_->Add({&piece, 1}, 1));
  queue_->Publish();
  head_ = device_.Take(0)->head;
  device_.Give(0, head_ + 1u, 1);
  ExpectBroken();
}

// Memory that lies together for devices, but for a hole that nobody may take for a part of it.
class LinearDomain final : public DmaDomain {
 public:
  LinearDomain(std::span<const std::byte> first, std::span<const std::byte> second) : first_(first), second_(second) {}
  BusAddress AddressOf(const void* byte) const override { return {reinterpret_cast<std::uintptr_t>(byte) ^ kBit}; }
  Run RunAt(const void* byte) const override {
    ++asked;
    for (const std::span<const std::byte> memory : {first_, second_}) {
      const auto* const place = static_cast<const std::byte*>(byte);
      if (place < memory.data() || place >= memory.data() + memory.size()) continue;
      return {.address = AddressOf(byte), .size = static_cast<std::size_t>(memory.data() + memory.size() - place)};
    }
    return DmaDomain::RunAt(byte);
  }

  static constexpr std::uint64_t kBit = ModelDomain::kBit;
  mutable int asked = 0;

 private:
  std::span<const std::byte> first_;
  std::span<const std::byte> second_;
};

TEST(SplitQueue, WhereMemoryLiesIsAskedOnceForAllOfIt) {
  constexpr std::size_t kPage = DmaDomain::kPiece;
  ModelDevice device;
  std::vector<std::byte> memory(12 * kPage);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::byte>(i % 251);
  const std::span<std::byte> first = std::span(memory).first(4 * kPage);
  const std::span<std::byte> second = std::span(memory).subspan(8 * kPage);
  const LinearDomain domain(first, second);
  const auto rings = std::make_unique<SplitQueue::Rings>();
  SplitQueue queue(device, 0, kVersion1, domain, *rings);
  std::uint16_t token = 0;
  const auto expect = [&](std::span<std::byte> bytes, int asked, int descriptors) {
    domain.asked = 0;
    const Piece piece = {.bytes = bytes};
    ASSERT_TRUE(queue.Add({&piece, 1}, token++));
    EXPECT_EQ(domain.asked, asked);
    queue.Publish();
    const auto lent = device.Take(0);
    ASSERT_TRUE(lent);
    EXPECT_EQ(lent->descriptors, descriptors);
    EXPECT_EQ(lent->read, std::vector<std::byte>(bytes.begin(), bytes.end()));
  };
  expect(first.subspan(100, 3 * kPage), 1, 1);
  expect(first.subspan(200, kPage), 0, 1);
  expect(first.subspan(100, 4 * kPage - 100), 0, 1);
  expect(first.subspan(99, 50), 1, 1);            // before what is known
  expect(second.subspan(0, 2 * kPage), 1, 1);     // beyond it
  expect(first.subspan(4 * kPage - 8, 8), 1, 1);  // and back
  // From the end of one into the hole: the run ends where it ends.
  expect(std::span(memory).subspan(4 * kPage - 8, 16), 2, 1);
}

TEST(SplitQueue, ADeviceWithoutTheQueueHasNoEntries) {
  ModelDevice device;
  device.most_entries = 0;
  const ModelDomain domain;
  const auto rings = std::make_unique<SplitQueue::Rings>();
  SplitQueue queue(device, 0, kVersion1, domain, *rings);
  EXPECT_EQ(queue.entries(), 0);
  EXPECT_FALSE(queue.TakeUsed());
  EXPECT_FALSE(queue.RequestInterrupt());
}

}  // namespace
}  // namespace drivers::virtio
