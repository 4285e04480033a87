#include "drivers/bus/virtio/mmio.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/bus/virtio/registers.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/result.h"

namespace drivers::virtio {
namespace {

using Transport = MmioOn<DoubleRegisters>;

constexpr std::uint32_t kAll = 0xffff'ffff;

constexpr Rule Fixed(std::uint32_t offset, std::uint32_t value) {
  return {.offset = offset, .reset = value, .is_read_only = true};
}
constexpr Rule Taken(std::uint32_t offset) { return {.offset = offset, .writable = kAll, .is_write_only = true}; }
constexpr Rule Byte(std::uint32_t offset, std::uint8_t value) {
  return {.offset = offset, .bytes = 1, .reset = value, .is_read_only = true};
}

// [VIRTIO] 4.2.2, with a network card's first bytes.
constexpr std::array kTable = {
    Fixed(0x00, 0x74726976),
    Fixed(0x04, 2),
    Fixed(0x08, 1),
    Fixed(0x10, 0),
    Taken(0x14),
    Taken(0x20),
    Taken(0x24),
    Taken(0x30),
    Fixed(0x34, 256),
    Taken(0x38),
    Rule{.offset = 0x44, .writable = 1},
    Taken(0x50),
    Fixed(0x60, 0),
    Taken(0x64),
    Rule{.offset = 0x70, .writable = 0xff},
    Taken(0x80),
    Taken(0x84),
    Taken(0x90),
    Taken(0x94),
    Taken(0xa0),
    Taken(0xa4),
    Fixed(0xfc, 0),
    Byte(0x100, 0x52),
    Byte(0x101, 0x54),
    Byte(0x102, 0x00),
};

// A device: two words of features, and an interrupt until it is acknowledged.
class Device final : public RuleModel {
 public:
  Device() : RuleModel(kTable) {}

  std::uint64_t features = 0;
  int new_generations = 0;  // reads of the generation that each find another one

 private:
  void BeforeLoad(std::uint32_t offset) override {
    if (offset == 0x10) Put(0x10, Get(0x14) == 1 ? features >> 32 : features & kAll);
    if (offset == 0xfc && new_generations-- > 0) Put(0xfc, Get(0xfc) + 1);
  }
  void AfterStore(std::uint32_t offset, std::uint64_t value) override {
    if (offset == 0x64) Put(0x60, Get(0x60) & ~value);
  }
};

TEST(VirtioMmio, TheStartKeepsTheRegistersRules) {
  Device device;
  device.features = kVersion1 | 0b101;
  Transport transport{DoubleRegisters(device)};
  EXPECT_EQ(transport.Identify(), DeviceType::kNetwork);
  EXPECT_EQ(Negotiate(transport, 0b111, 0), kVersion1 | 0b101);
  EXPECT_EQ(device.Get(0x20), 1u) << "the upper half came last";
  EXPECT_EQ(transport.MostEntries(0), 256);
  transport.EnableQueue(0, 128, {.descriptors = {0x1'0000'1000}, .available = {0x2000}, .used = {0x5'0000'3000}});
  EXPECT_EQ(device.Get(0x38), 128u);
  EXPECT_EQ(device.Get(0x80), 0x1000u);
  EXPECT_EQ(device.Get(0x84), 1u);
  EXPECT_EQ(device.Get(0x90), 0x2000u);
  EXPECT_EQ(device.Get(0x94), 0u);
  EXPECT_EQ(device.Get(0xa0), 0x3000u);
  EXPECT_EQ(device.Get(0xa4), 5u);
  EXPECT_EQ(transport.MostEntries(0), 0) << "in use";
  Start(transport);
  EXPECT_EQ(transport.Status(), kAcknowledge | kDriver | kFeaturesOk | kDriverOk);
  EXPECT_TRUE(device.complaints.empty()) << device.complaints.front();
}

TEST(VirtioMmio, WhatItInterruptedForIsAcknowledged) {
  Device device;
  device.Put(0x60, kBuffersUsed | kConfigurationChanged);
  Transport transport{DoubleRegisters(device)};
  EXPECT_EQ(transport.TakeInterrupt(), kBuffersUsed | kConfigurationChanged);
  EXPECT_EQ(transport.TakeInterrupt(), 0u);
  EXPECT_TRUE(device.complaints.empty());
}

TEST(VirtioMmio, MoreEntriesThanACountHoldsAreAsManyAsItHolds) {
  Device device;
  device.Put(0x34, 0x1'0000);
  EXPECT_EQ(Transport{DoubleRegisters(device)}.MostEntries(0), 0xffff);
}

TEST(VirtioMmio, TheConfigurationIsOfOneStateAndEndsWhereTheSlotDoes) {
  Device device;
  device.new_generations = 3;
  Transport transport{DoubleRegisters(device)};
  std::array<std::byte, 3> bytes = {};
  transport.ReadConfiguration(0, bytes);
  EXPECT_EQ(bytes[0], std::byte{0x52});
  EXPECT_EQ(bytes[1], std::byte{0x54});
  EXPECT_LE(device.new_generations, 0) << "read again until nothing changed";
  device.new_generations = 1'000'000;  // a device that never comes to rest
  transport.ReadConfiguration(0, bytes);
  EXPECT_GT(device.new_generations, 999'900);
  EXPECT_TRUE(device.complaints.empty());
  std::array<std::byte, 0x100> many = {};
  transport.ReadConfiguration(1, many);
  transport.ReadConfiguration(0xffff'ffff'ffff'ffff, bytes);
  EXPECT_TRUE(device.complaints.empty()) << "past its end";
}

// [VIRTIO] 4.2.3.2
TEST(VirtioMmioScript, AQueueIsReadyWhenAllElseIsSaid) {
  using namespace mmio;
  Script script;
  script.Writes<QueueSel>(2).Reads<QueueReady>(0).Reads<QueueNumMax>(8);
  script.Writes<QueueSel>(2).Writes<QueueNum>(8);
  script.Writes<QueueDescLow>(0x1000).Writes<QueueDescHigh>(0);
  script.Writes<QueueDriverLow>(0x2000).Writes<QueueDriverHigh>(0);
  script.Writes<QueueDeviceLow>(0x3000).Writes<QueueDeviceHigh>(0);
  script.Writes<QueueReady>(1).Writes<QueueNotify>(2);
  Transport transport{DoubleRegisters(script)};
  EXPECT_EQ(transport.MostEntries(2), 8);
  transport.EnableQueue(2, 8, {.descriptors = {0x1000}, .available = {0x2000}, .used = {0x3000}});
  transport.Notify(2);  // one write, and nothing else
  EXPECT_EQ(script.verdict(), "");
}

TEST(VirtioMmioFaults, WhatIsGoneOrOldOrDoesNotResetIsNoDevice) {
  using enum RegisterFault::Kind;
  Device device;
  device.features = kVersion1;
  FaultyRegisters faulty(device);
  Transport transport{DoubleRegisters(faulty)};
  faulty.Break({.kind = kGone});
  EXPECT_EQ(transport.Identify(), DeviceType::kNone);
  EXPECT_FALSE(Negotiate(transport, 0, 0)) << "a status of ones never becomes 0";
  EXPECT_LT(faulty.accesses(), 200'000);
  faulty.Mend();
  device.Put(0x04, 1);
  EXPECT_EQ(transport.Identify(), DeviceType::kNone) << "from before virtio 1.0";
  device.Put(0x04, 2);
  faulty.Break({.kind = kStuckLow, .offset = 0x70, .mask = kFeaturesOk});
  EXPECT_EQ(Negotiate(transport, 0, 0).error(), kernel::Error::kUnsupported);
  EXPECT_EQ(device.Get(0x70), kFailed);
  faulty.Mend();
  EXPECT_TRUE(Negotiate(transport, 0, 0));
  EXPECT_TRUE(device.complaints.empty());
}

}  // namespace
}  // namespace drivers::virtio
