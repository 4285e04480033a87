#include "drivers/block/virtio_block/virtio_block.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/block/block_device.h"
#include "drivers/bus/virtio/model_device.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/result.h"

namespace drivers::block {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint64_t kReadOnly = 1 << 5, kFlush = 1 << 9;
constexpr std::size_t kSectors = 1024;

// A disk by the book, with its contents in memory.
class VirtioBlockTest : public testing::Test {
 protected:
  VirtioBlockTest() {
    device_.offered = virtio::kVersion1 | virtio::kEventIndex | virtio::kIndirect | kFlush;
    const std::uint64_t sectors = kSectors;
    std::memcpy(device_.configuration.data(), &sectors, sizeof(sectors));
    for (std::size_t i = 0; i < disk_.size(); ++i) disk_[i] = static_cast<std::byte>(i * 7 + i / 512);
  }
  ~VirtioBlockTest() override { block_.reset(); }

  void Open() {
    const auto features = VirtioBlock::Negotiate(device_);
    ASSERT_TRUE(features);
    block_.emplace(device_, *features, domain_, *memory_);
  }

  // The device does one request, and says `status`.
  void Serve(std::uint8_t status = 0) {
    const auto lent = device_.Take(0);
    ASSERT_TRUE(lent);
    std::uint32_t type;
    std::uint64_t sector;
    std::memcpy(&type, lent->read.data(), sizeof(type));
    std::memcpy(&sector, lent->read.data() + 8, sizeof(sector));
    Bytes answer;
    if (type == 0) {
      std::size_t room = 0;
      for (const std::span<std::byte> part : lent->writable) room += part.size();
      answer.assign(disk_.begin() + static_cast<std::ptrdiff_t>(sector * 512),
                    disk_.begin() + static_cast<std::ptrdiff_t>(sector * 512 + room - 1));
    } else if (type == 1) {
      std::memcpy(disk_.data() + sector * 512, lent->read.data() + 16, lent->read.size() - 16);
    } else {
      ++flushes_;
    }
    answer.push_back(static_cast<std::byte>(status));
    device_.Give(0, lent->head, virtio::ModelDevice::Fill(*lent, answer));
  }

  virtio::ModelDevice device_;
  virtio::ModelDomain domain_;
  std::unique_ptr<VirtioBlock::Memory> memory_ = std::make_unique<VirtioBlock::Memory>();
  Bytes disk_ = Bytes(kSectors * kSectorSize);
  int flushes_ = 0;
  std::optional<VirtioBlock> block_;
};

TEST_F(VirtioBlockTest, ReadsAndWritesSectorsWhereverTheirBytesLie) {
  Open();
  EXPECT_EQ(block_->sector_count(), kSectors);
  EXPECT_FALSE(block_->is_read_only());
  Bytes bytes(VirtioBlock::kMostBytes + 1);
  Request read = {.sector = 3, .bytes = std::span(bytes).subspan(1)};
  ASSERT_TRUE(block_->Submit(read));
  EXPECT_FALSE(read.outcome);
  EXPECT_EQ(block_->Poll(), 0u);
  Serve();
  EXPECT_EQ(block_->Poll(), 1u);
  ASSERT_TRUE(read.outcome);
  EXPECT_TRUE(*read.outcome);
  EXPECT_EQ(std::memcmp(bytes.data() + 1, disk_.data() + 3 * 512, VirtioBlock::kMostBytes), 0);

  Bytes news(1024, std::byte{0xab});
  Request write = {.kind = Request::Kind::kWrite, .sector = kSectors - 2, .bytes = news};
  Request flush = {.kind = Request::Kind::kFlush};
  ASSERT_TRUE(block_->Submit(write));
  ASSERT_TRUE(block_->Submit(flush));
  Serve();
  Serve();
  EXPECT_EQ(block_->Poll(), 2u);
  EXPECT_TRUE(write.outcome && *write.outcome);
  EXPECT_TRUE(flush.outcome && *flush.outcome);
  EXPECT_EQ(flushes_, 1);
  EXPECT_EQ(disk_.back(), std::byte{0xab});
  EXPECT_FALSE(device_.is_book_broken);
}

TEST_F(VirtioBlockTest, WhatCannotBeIsRefusedAtOnce) {
  device_.offered |= kReadOnly;
  Open();
  Bytes bytes(2 * VirtioBlock::kMostBytes);
  const auto refused = [&](Request request) {
    return block_->Submit(request) && request.outcome && !*request.outcome &&
           request.outcome->error() == kernel::Error::kInvalidArgument;
  };
  const std::span<std::byte> all = bytes;
  EXPECT_TRUE(refused({.sector = kSectors, .bytes = all.first(512)})) << "beyond the end";
  EXPECT_TRUE(refused({.sector = kSectors - 1, .bytes = all.first(1024)}));
  EXPECT_TRUE(refused({.sector = ~std::uint64_t{0}, .bytes = all.first(512)}));
  EXPECT_TRUE(refused({.sector = 0, .bytes = all.first(511)}));
  EXPECT_TRUE(refused({.sector = 0, .bytes = {}}));
  EXPECT_TRUE(refused({.sector = 0, .bytes = all}));
  EXPECT_TRUE(refused({.kind = Request::Kind::kWrite, .sector = 0, .bytes = all.first(512)})) << "read-only";
  EXPECT_FALSE(device_.Take(0));
}

TEST_F(VirtioBlockTest, AFlushOfADiskWithoutACacheIsDone) {
  device_.offered &= ~kFlush;
  Open();
  Request flush = {.kind = Request::Kind::kFlush};
  EXPECT_TRUE(block_->Submit(flush));
  EXPECT_TRUE(flush.outcome && *flush.outcome);
}

TEST_F(VirtioBlockTest, ErrorsAndHalfAnswersAreErrors) {
  Open();
  Bytes bytes(512);
  const auto outcome = [&](auto serve) {
    Request read = {.sector = 0, .bytes = bytes};
    EXPECT_TRUE(block_->Submit(read));
    serve();
    EXPECT_EQ(block_->Poll(), 1u);
    return read.outcome->error();
  };
  EXPECT_EQ(outcome([&] { Serve(1); }), kernel::Error::kMalformed);
  EXPECT_EQ(outcome([&] { Serve(2); }), kernel::Error::kUnsupported);
  EXPECT_EQ(outcome([&] { device_.Give(0, device_.Take(0)->head, 513); }), kernel::Error::kMalformed)
      << "no status was written";
  EXPECT_EQ(outcome([&] {
              const auto lent = device_.Take(0);
              lent->writable.back()[0] = std::byte{0};
              device_.Give(0, lent->head, 100);
            }),
            kernel::Error::kMalformed)
      << "it says that it wrote less";
}

TEST_F(VirtioBlockTest, TakesAsMuchAsItHasRoomFor) {
  Open();
  std::vector<Bytes> bytes(VirtioBlock::kMostRequests + 1, Bytes(512));
  std::vector<Request> requests(bytes.size());
  std::size_t taken = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    requests[i] = {.sector = i, .bytes = bytes[i]};
    if (block_->Submit(requests[i])) ++taken;
  }
  EXPECT_EQ(taken, VirtioBlock::kMostRequests);
  for (std::size_t i = 0; i < taken; ++i) Serve();
  EXPECT_EQ(block_->Poll(), taken);
  EXPECT_TRUE(block_->Submit(requests.back()));
}

TEST_F(VirtioBlockTest, ADeviceThatLiesLosesItsRequestsAndIsResetAndGoesOn) {
  Open();
  Bytes bytes(512);
  Request read = {.sector = 0, .bytes = bytes};
  ASSERT_TRUE(block_->Submit(read));
  device_.Give(0, 12345, 513);
  EXPECT_EQ(block_->Poll(), 1u);
  EXPECT_EQ(read.outcome->error(), kernel::Error::kReset);
  EXPECT_EQ(block_->resets(), 1u);
  ASSERT_TRUE(block_->Submit(read));
  Serve();
  EXPECT_EQ(block_->Poll(), 1u);
  EXPECT_TRUE(*read.outcome);
  device_.status |= virtio::kNeedsReset;
  block_->OnInterrupt(virtio::kConfigurationChanged);
  EXPECT_EQ(block_->Poll(), 0u);
  EXPECT_EQ(block_->resets(), 2u);
}

TEST_F(VirtioBlockTest, ADeviceThatDoesNotComeBackHasNoSectors) {
  Open();
  device_.refuses_features = true;
  device_.Give(0, 12345, 0);
  EXPECT_EQ(block_->Poll(), 0u);
  EXPECT_EQ(block_->sector_count(), 0u);
}

}  // namespace
}  // namespace drivers::block
