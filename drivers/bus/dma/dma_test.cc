// How buses reach memory, and that the shadow of the caches shows what a driver forgot.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/dma/shadow_memory.h"
#include "drivers/bus/dma/window.h"
#include "kernel/base/address.h"

namespace drivers {
namespace {

constexpr BusWindow kGpuBus = {.offset = 0xc000'0000, .mask = 0x3fff'ffff, .is_coherent = false};
constexpr BusWindow kPlainBus = {};

TEST(BusWindow, AddsItsOffsetToWhatItReaches) {
  EXPECT_EQ(kGpuBus.AddressOf({0x1234'5678}).value, 0xd234'5678u);
  EXPECT_EQ(kPlainBus.AddressOf({0x1'0000'0000}).value, 0x1'0000'0000u);
  EXPECT_TRUE(kGpuBus.Reaches({0}, 0x4000'0000));
  EXPECT_FALSE(kGpuBus.Reaches({1}, 0x4000'0000));
  EXPECT_TRUE(kGpuBus.Reaches({0x3fff'ffff}, 1));
  EXPECT_FALSE(kGpuBus.Reaches({0x4000'0000}, 1));
  EXPECT_FALSE(kGpuBus.Reaches({4096}, UINT64_MAX));
  EXPECT_TRUE(kPlainBus.Reaches({1}, UINT64_MAX));
}

// A machine that keeps books on its caches.
struct Machine {
  static inline std::vector<std::size_t> maintained;
  static kernel::PhysicalAddress PhysicalOf(const void* byte) {
    return {reinterpret_cast<std::uintptr_t>(byte) & 0xfff};
  }
  static void CleanAndInvalidate(std::span<const std::byte> bytes) { maintained.push_back(bytes.size()); }
};

TEST(WindowDomain, MaintainsCachesWhereTheBusDoesNotSeeThem) {
  alignas(4096) std::array<std::byte, 64> bytes = {};
  const WindowDomain<kGpuBus, Machine> gpu;
  const WindowDomain<kPlainBus, Machine> plain;
  Machine::maintained.clear();
  plain.GiveToDevice(bytes);
  plain.TakeFromDevice(bytes);
  EXPECT_TRUE(Machine::maintained.empty());
  gpu.GiveToDevice(bytes);
  gpu.TakeFromDevice(std::span(bytes).first(10));
  EXPECT_EQ(Machine::maintained, (std::vector<std::size_t>{64, 10}));
  EXPECT_EQ(gpu.AddressOf(&bytes[8]).value, 0xc000'0008u);
  EXPECT_EQ(plain.AddressOf(&bytes[8]).value, 8u);
}

// A device that reverses what it is lent, as a driver sees it that does its duty, or not.
struct Reverser {
  ShadowMemory memory;
  alignas(64) std::array<std::byte, 64> lent = {};

  std::array<std::byte, 4> Run(std::array<std::byte, 4> bytes, bool gives, bool takes) {
    const std::span<std::byte> used = std::span(lent).first(4);
    std::ranges::copy(bytes, used.begin());
    if (gives) memory.GiveToDevice(used);
    const auto address = static_cast<std::uint32_t>(memory.AddressOf(used.data()).value);
    std::array<std::byte, 4> seen = {};
    EXPECT_TRUE(memory.Read(address, seen));
    std::ranges::reverse(seen);
    EXPECT_TRUE(memory.Write(address, seen));
    if (takes) memory.TakeFromDevice(used);
    std::ranges::copy(used, bytes.begin());
    return bytes;
  }
};

constexpr std::array kBytes = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
constexpr std::array kReversed = {std::byte{4}, std::byte{3}, std::byte{2}, std::byte{1}};

TEST(ShadowMemory, ADriverThatGivesAndTakesGetsWhatTheDeviceMade) {
  Reverser device;
  EXPECT_EQ(device.Run(kBytes, true, true), kReversed);
  EXPECT_EQ(device.Run(kReversed, true, true), kBytes);
}

TEST(ShadowMemory, WithoutACleanTheDeviceReadsOldBytes) {
  Reverser device;
  std::array<std::byte, 4> old = {};
  old.fill(ShadowMemory::kNeverGiven);
  EXPECT_EQ(device.Run(kBytes, false, true), old);
  EXPECT_EQ(device.Run(kBytes, true, true), kReversed);
  EXPECT_EQ(device.Run({}, false, true), kBytes) << "it reversed what it had written itself";
}

TEST(ShadowMemory, WithoutAnInvalidateTheDriverReadsOldBytes) {
  Reverser device;
  EXPECT_EQ(device.Run(kBytes, true, false), kBytes);
}

TEST(ShadowMemory, AnAddressThatTheDriverDidNotGetFromItIsRefused) {
  ShadowMemory memory;
  std::array<std::byte, 4> bytes = {};
  EXPECT_FALSE(memory.Read(0xc000'0000, bytes)) << "never asked for";
  const auto address = static_cast<std::uint32_t>(memory.AddressOf(bytes.data()).value);
  EXPECT_TRUE(memory.Read(address, bytes));
  EXPECT_FALSE(memory.Read(address & 0x3fff'ffff, bytes)) << "through the cache of the GPU";
  EXPECT_FALSE(memory.Write(address & 0x7fff'ffff, bytes));
}

}  // namespace
}  // namespace drivers
