#include "drivers/console/virtio_console/virtio_console.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "drivers/bus/virtio/model_device.h"
#include "drivers/bus/virtio/transport.h"

namespace drivers::console {
namespace {

class VirtioConsoleTest : public testing::Test {
 protected:
  VirtioConsoleTest() {
    const auto features = VirtioConsole::Negotiate(device_);
    console_.emplace(device_, *features, domain_, *memory_);
  }
  ~VirtioConsoleTest() override { console_.reset(); }

  // What the device has got, given back.
  std::string Got() {
    std::string got;
    while (const auto lent = device_.Take(1)) {
      for (const std::byte byte : lent->read) got.push_back(static_cast<char>(byte));
      device_.Give(1, lent->head, 0);
    }
    return got;
  }

  void Type(std::string_view text) {
    const auto lent = device_.Take(0);
    ASSERT_TRUE(lent);
    device_.Give(0, lent->head, virtio::ModelDevice::Fill(*lent, std::as_bytes(std::span(text))));
  }

  std::string Read(std::size_t most) {
    std::string text(most, 0);
    text.resize(console_->Read(text));
    return text;
  }

  virtio::ModelDevice device_;
  virtio::ModelDomain domain_;
  std::unique_ptr<VirtioConsole::Memory> memory_ = std::make_unique<VirtioConsole::Memory>();
  std::optional<VirtioConsole> console_;
};

TEST_F(VirtioConsoleTest, WritesWhatItHasRoomFor) {
  EXPECT_EQ(console_->Write("hello\n"), 6u);
  EXPECT_EQ(Got(), "hello\n");
  const std::string much(10'000, 'x');
  const std::size_t most = VirtioConsole::kChunk * VirtioConsole::kChunks;
  EXPECT_EQ(console_->Write(much), most);
  EXPECT_EQ(console_->Write("more"), 0u);
  EXPECT_EQ(Got(), much.substr(0, most));
  EXPECT_EQ(console_->Write("more"), 4u);
}

TEST_F(VirtioConsoleTest, ReadsWhatCameInAnyPortions) {
  EXPECT_EQ(Read(10), "");
  Type("one");
  Type("two and more");
  EXPECT_EQ(Read(5), "onetw");
  EXPECT_EQ(Read(4), "o an");
  EXPECT_EQ(Read(100), "d more");
  for (int round = 0; round < 100; ++round) {
    Type("again");
    ASSERT_EQ(Read(100), "again");
  }
}

TEST_F(VirtioConsoleTest, ADeviceThatLiesIsResetAndGoesOn) {
  device_.Give(0, 77, 1);
  EXPECT_EQ(Read(10), "");
  EXPECT_EQ(console_->Write("after\n"), 6u);
  EXPECT_EQ(console_->resets(), 1u);
  EXPECT_EQ(Got(), "after\n");
  device_.status |= virtio::kNeedsReset;
  console_->OnInterrupt(virtio::kConfigurationChanged);
  Type("lost");
  EXPECT_EQ(Read(10), "");
  EXPECT_EQ(console_->resets(), 2u);
  Type("kept");
  EXPECT_EQ(Read(10), "kept");
}

TEST_F(VirtioConsoleTest, ADeviceThatDoesNotComeBackTakesNothing) {
  device_.refuses_features = true;
  device_.Give(0, 77, 1);
  EXPECT_EQ(Read(10), "");
  EXPECT_EQ(console_->Write("x"), 0u);
  EXPECT_EQ(Read(10), "");
}

}  // namespace
}  // namespace drivers::console
