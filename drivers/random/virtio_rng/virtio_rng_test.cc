#include "drivers/random/virtio_rng/virtio_rng.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/virtio/model_device.h"

namespace drivers::random {
namespace {

class VirtioRngTest : public testing::Test {
 protected:
  VirtioRngTest() {
    const auto features = VirtioRng::Negotiate(device_);
    rng_.emplace(device_, *features, domain_, *memory_);
  }

  virtio::ModelDevice device_;
  virtio::ModelDomain domain_;
  std::unique_ptr<VirtioRng::Memory> memory_ = std::make_unique<VirtioRng::Memory>();
  std::optional<VirtioRng> rng_;
  std::array<std::byte, VirtioRng::kMostBytes> bytes_ = {};
};

TEST_F(VirtioRngTest, GivesWhatTheDeviceGaveAndKeepsNoCopy) {
  EXPECT_EQ(rng_->Take(bytes_), 0u);
  EXPECT_TRUE(rng_->Ask());
  EXPECT_TRUE(rng_->Ask()) << "but once";
  const auto lent = device_.Take(0);
  ASSERT_TRUE(lent);
  EXPECT_FALSE(device_.Take(0));
  EXPECT_EQ(rng_->Take(bytes_), 0u) << "it has not given any yet";
  const std::vector<std::byte> random(40, std::byte{0x5a});
  device_.Give(0, lent->head, virtio::ModelDevice::Fill(*lent, random));
  ASSERT_EQ(rng_->Take(bytes_), 40u);
  EXPECT_EQ(bytes_[39], std::byte{0x5a});
  EXPECT_EQ(memory_->bytes[39], std::byte{0});
  EXPECT_TRUE(rng_->Ask());
  EXPECT_TRUE(device_.Take(0));
}

TEST_F(VirtioRngTest, ADeviceThatLiesIsOfNoUse) {
  EXPECT_TRUE(rng_->Ask());
  device_.Give(0, device_.Take(0)->head, 65);
  EXPECT_EQ(rng_->Take(bytes_), 0u) << "more than it was lent";
  EXPECT_FALSE(rng_->Ask());
  EXPECT_TRUE(rng_->is_broken());
}

TEST(VirtioRng, ADeviceWithoutAQueueIsOfNoUse) {
  virtio::ModelDevice device;
  device.most_entries = 0;
  const virtio::ModelDomain domain;
  const auto memory = std::make_unique<VirtioRng::Memory>();
  VirtioRng rng(device, virtio::kVersion1, domain, *memory);
  EXPECT_FALSE(rng.Ask());
}

}  // namespace
}  // namespace drivers::random
