#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/pci/arrange.h"
#include "drivers/bus/pci/capability.h"
#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/pci/model_bus.h"
#include "drivers/bus/pci/msix.h"
#include "drivers/bus/pci/pin.h"
#include "drivers/bus/pci/registers.h"
#include "drivers/bus/pci/walk.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::pci {
namespace {

constexpr BusRange kAll = {.first = 0, .last = 255};
constexpr MemoryWindow kWindow = {.first = 0xe000'0000, .size = 0x1000'0000};

kernel::Result<kernel::VirtualAddress> Identity(kernel::PhysicalAddress address, std::uint64_t) {
  return kernel::VirtualAddress{address.value};
}

std::uint64_t AddressAt(ModelBus& bus, Location at, unsigned index) {
  const ModelFunction& function = *bus.Find(at);
  const std::uint32_t low = function.words[4 + index];
  return (low & 0b100) != 0 ? std::uint64_t{function.words[5 + index]} << 32 | (low & ~0xfU) : low & ~0xfU;
}

TEST(ArrangeTest, GivesAlignedAddressesFromTheWindow) {
  ModelBus bus({ModelFunction::Make(1).Memory(0, 0x20).Memory(1, 0x4000, true).Memory(4, 0x10'0000).Multi(),
                ModelFunction::Make(1, 2).Memory(5, 0x1000)});
  const Arrangement arranged = Arrange(bus, kAll, kWindow);
  EXPECT_EQ(arranged.functions, 2u);
  EXPECT_EQ(arranged.without_room, 0u);
  EXPECT_EQ(AddressAt(bus, {0, 1, 0}, 0), 0xe000'0000u);
  EXPECT_EQ(AddressAt(bus, {0, 1, 0}, 1), 0xe000'4000u);
  EXPECT_EQ(AddressAt(bus, {0, 1, 0}, 4), 0xe010'0000u);
  EXPECT_EQ(AddressAt(bus, {0, 1, 2}, 5), 0xe020'0000u);
  EXPECT_FALSE(bus.was_moved_while_it_answers);
}

TEST(ArrangeTest, WhereZeroIsReadNobodyIs) {
  ModelBus bus({ModelFunction::Make(1).Memory(0, 0x1000), ModelFunction::Make(2)});
  bus.Find({0, 1, 0})->words[0] = 0;
  EXPECT_EQ(Arrange(bus, kAll, kWindow).functions, 1u);
  EXPECT_EQ(AddressAt(bus, {0, 1, 0}, 0), 0u);
  Walk walk(bus, kAll);
  EXPECT_EQ(walk.Next(), (Location{0, 2, 0}));
  EXPECT_FALSE(walk.Next());
}

TEST(ArrangeTest, OpensBridgesForWhatIsBehindThem) {
  ModelBus bus({ModelFunction::Make(0).Memory(0, 0x1000),
                ModelFunction::Bridge(1, {ModelFunction::Bridge(0, {ModelFunction::Make(3).Memory(0, 0x30'0000 / 3)})}),
                ModelFunction::Bridge(2, {ModelFunction::Make(0)}), ModelFunction::Make(3).Memory(2, 0x1000)});
  EXPECT_EQ(Arrange(bus, kAll, kWindow).last_bus, 3);
  EXPECT_EQ(bus.Find({0, 1, 0})->words[6], 0x0002'0100u);
  EXPECT_EQ(bus.Find({1, 0, 0})->words[6], 0x0002'0201u);
  EXPECT_EQ(bus.Find({0, 2, 0})->words[6], 0x0003'0300u);
  EXPECT_EQ(AddressAt(bus, {2, 3, 0}, 0), 0xe010'0000u);
  EXPECT_EQ(bus.Find({0, 1, 0})->words[8], 0xe010'e010u) << "1 MiB from 0xe0100000 on";
  EXPECT_EQ(bus.Find({1, 0, 0})->words[8], 0xe010'e010u);
  EXPECT_EQ(bus.Find({0, 2, 0})->words[8], 0x0000'fff0u) << "closed: nothing is there";
  EXPECT_EQ(AddressAt(bus, {0, 3, 0}, 2), 0xe020'0000u);
  EXPECT_EQ(bus.Find({0, 1, 0})->words[1] & 0xffff, 0x6u);
}

TEST(ArrangeTest, SaysWhatHadNoRoom) {
  ModelBus bus({ModelFunction::Make(0).Memory(0, 0x1000'0000).Memory(1, 0x1000),
                ModelFunction::Make(1).Memory(0, std::uint64_t{1} << 63, true)});
  EXPECT_EQ(Arrange(bus, kAll, kWindow).without_room, 2u);
  EXPECT_EQ(AddressAt(bus, {0, 0, 0}, 0), 0xe000'0000u);
  EXPECT_EQ(AddressAt(bus, {0, 0, 0}, 1), 0u);
}

TEST(ArrangeTest, GoesOnlySoDeepAndToSoManyBuses) {
  ModelFunction function = ModelFunction::Make(0);
  for (int depth = 0; depth < 20; ++depth) {
    std::vector<ModelFunction> behind;
    behind.push_back(std::move(function));
    function = ModelFunction::Bridge(0, std::move(behind));
  }
  const ModelFunction deep = function;
  ModelBus bus({std::move(function)});
  EXPECT_EQ(Arrange(bus, kAll, kWindow).last_bus, 8);
  ModelBus small({deep});
  EXPECT_EQ(Arrange(small, {.first = 0, .last = 2}, kWindow).last_bus, 2);
}

TEST(ArrangeTest, TheHostBridgeIsLeftAlone) {
  ModelFunction host = ModelFunction::Make(0).Memory(0, 0x1000);
  host.words[2] = 0x0600'0000;
  ModelBus bus({std::move(host)});
  Arrange(bus, kAll, kWindow);
  EXPECT_EQ(AddressAt(bus, {}, 0), 0u);
}

TEST(HostTest, ChangesNothingWhereFirmwareWasThere) {
  ModelBus bus({ModelFunction::Make(0), ModelFunction::Make(1).Memory(2, 0x1000, false, 0xfebc'0000)});
  Host host(bus, kAll, kWindow, &Identity);
  const std::optional<Location> at = host.Find([](Location place) { return place.device == 1; });
  EXPECT_EQ(at, (Location{0, 1, 0}));
  EXPECT_EQ(bus.writes, 0);
}

TEST(HostTest, ArrangesOnceWhereNobodyWasThere) {
  ModelBus bus({ModelFunction::Bridge(0, {ModelFunction::Make(5).Memory(2, 0x1000)})});
  Host host(bus, kAll, kWindow, &Identity);
  const auto is_five = [](Location place) { return place.device == 5; };
  EXPECT_EQ(host.Find(is_five), (Location{1, 5, 0}));
  EXPECT_EQ(AddressAt(bus, {1, 5, 0}, 2), 0xe000'0000u);
  const int writes = bus.writes;
  EXPECT_FALSE(host.Find(is_five, 1)) << "there is but one";
  EXPECT_EQ(bus.writes, writes);
}

class DeviceTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kSize = 0x4000;

  // A function whose memory, behind register 2, is memory of the test.
  void Make(ModelFunction function) {
    const std::uint64_t address = kernel::RoundUp(reinterpret_cast<std::uintptr_t>(memory_.data()), kSize);
    base_ = reinterpret_cast<std::byte*>(address);
    bus_.emplace(std::vector{std::move(function).Memory(2, kSize, true, address)});
    host_.emplace(*bus_, kAll, kWindow, &Identity);
    device_.emplace(*host_, Location{});
  }

  kernel::Error ErrorOf(unsigned bar, std::uint64_t offset, std::uint64_t size, std::uint64_t alignment = 1) {
    const auto mapped = device_->MapRegisters(bar, offset, size, alignment);
    return mapped ? kernel::Error::kInUse : mapped.error();
  }

  static std::vector<std::uint8_t> Msix(std::uint16_t last, std::uint32_t place) {
    return {static_cast<std::uint8_t>(last),
            static_cast<std::uint8_t>(last >> 8),
            static_cast<std::uint8_t>(place),
            static_cast<std::uint8_t>(place >> 8),
            static_cast<std::uint8_t>(place >> 16),
            static_cast<std::uint8_t>(place >> 24),
            0,
            0,
            0,
            0};
  }

  std::vector<std::byte> memory_ = std::vector<std::byte>(2 * kSize);
  std::byte* base_ = nullptr;
  std::optional<ModelBus> bus_;
  std::optional<Host> host_;
  std::optional<Device> device_;
};

TEST_F(DeviceTest, RegistersAreWhereTheyLieInItsMemory) {
  Make(ModelFunction::Make(0));
  const auto mapped = device_->MapRegisters(2, 0x3008, 0xff8, 8);
  ASSERT_TRUE(mapped);
  EXPECT_EQ(reinterpret_cast<std::byte*>(mapped->value), base_ + 0x3008);
  device_->Enable();
  EXPECT_EQ(bus_->Find({})->words[1] & 0xffff, 0x406u);
}

TEST_F(DeviceTest, APinIsUsedWhereItIsWanted) {
  Make(ModelFunction::Make(0));
  device_->Enable(Device::Interrupts::kPin);
  EXPECT_EQ(bus_->Find({})->words[1] & 0xffff, 0x6u);
}

ModelFunction WithPin(std::uint8_t device, std::uint8_t pin) {
  ModelFunction made = ModelFunction::Make(device);
  made.SetByte(0x3d, pin);
  return made;
}

TEST(PinTest, EachBridgeTurnsThePinsOfItsDevices) {
  ModelBus bus({WithPin(5, 3), WithPin(6, 0), WithPin(7, 9),
                ModelFunction::Bridge(2, {WithPin(0, 2), WithPin(3, 4), ModelFunction::Bridge(1, {WithPin(31, 1)})})});
  Host host(bus, kAll, kWindow, &Identity);
  host.Prepare();
  const auto pin = [&host](Location at) { return FindRootPin(host, at); };
  EXPECT_EQ(pin({0, 5, 0})->at, (Location{0, 5, 0}));
  EXPECT_EQ(pin({0, 5, 0})->number, 3);
  EXPECT_FALSE(pin({0, 6, 0})) << "has none";
  EXPECT_FALSE(pin({0, 7, 0})) << "there are four";
  EXPECT_EQ(pin({1, 0, 0})->at, (Location{0, 2, 0}));
  EXPECT_EQ(pin({1, 0, 0})->number, 2);
  EXPECT_EQ(pin({1, 3, 0})->number, 3) << "INTD and three on";
  EXPECT_EQ(pin({2, 31, 0})->at, (Location{0, 2, 0}));
  EXPECT_EQ(pin({2, 31, 0})->number, 1) << "INTA and 31, and one more";
}

TEST(PinTest, BridgesThatGoRoundLeadNowhere) {
  ModelBus bus({ModelFunction::Bridge(1, {WithPin(0, 1)}), WithPin(3, 1)});
  Host host(bus, kAll, kWindow, &Identity);
  host.Prepare();
  EXPECT_FALSE(FindRootPin(host, {7, 0, 0})) << "no function there, and no bridge";
  bus.Find({1, 0, 0})->words[HEADER_TYPE::kOffset / 4] = 0x0001'0000;  // says that it is a bridge to its own bus
  bus.Find({1, 0, 0})->words[0x18 / 4] = 0x0001'0101;
  bus.Find({0, 1, 0})->words[0x18 / 4] = 0x0001'0100;
  EXPECT_TRUE(FindRootPin(host, {1, 0, 0})) << "by the first";
  bus.Find({0, 1, 0})->words[0x18 / 4] = 0x0002'0200;
  EXPECT_FALSE(FindRootPin(host, {1, 0, 0}));
}

TEST_F(DeviceTest, WhatLiesOutsideOfItsMemoryIsRefused) {
  Make(ModelFunction::Make(0));
  EXPECT_EQ(ErrorOf(2, kSize, 1), kernel::Error::kMalformed);
  EXPECT_EQ(ErrorOf(2, kSize - 4, 5), kernel::Error::kMalformed);
  EXPECT_EQ(ErrorOf(2, 8, ~std::uint64_t{0} - 4), kernel::Error::kMalformed) << "wraps around";
  EXPECT_EQ(ErrorOf(2, 6, 4, 4), kernel::Error::kMalformed);
  EXPECT_EQ(ErrorOf(2, 0, 0), kernel::Error::kMalformed);
  EXPECT_EQ(ErrorOf(0, 0, 4), kernel::Error::kMalformed) << "no such register";
  EXPECT_EQ(ErrorOf(3, 0, 4), kernel::Error::kMalformed) << "the upper half of another";
  EXPECT_EQ(ErrorOf(7, 0, 4), kernel::Error::kMalformed);
}

TEST_F(DeviceTest, MemoryWithoutAnAddressIsUnsupported) {
  Make(ModelFunction::Make(0).Memory(0, 0x1000));
  EXPECT_EQ(ErrorOf(0, 0, 4), kernel::Error::kUnsupported);
}

TEST_F(DeviceTest, AnInterruptOfTheTableBecomesItsMessage) {
  Make(ModelFunction::Make(0).With(kMsixCapability, 0x98, Msix(3, 0x1000 | 2)));
  auto table = MsixTable::Open(*device_);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->count(), 4);
  bus_->Find({})->writable[0x98 / 4] = 0xc000'0000;
  bus_->Find({})->words[0x98 / 4] |= 0x4000'0000;
  table->Set(3, {.line = {70}, .address = {0x1'fee0'0000}, .data = 0x66});
  table->Enable(*device_);
  std::array<std::uint32_t, 4> entry;
  std::memcpy(entry.data(), base_ + 0x1000 + 3 * 16, 16);
  EXPECT_EQ(entry, (std::array<std::uint32_t, 4>{0xfee0'0000, 1, 0x66, 0}));
  EXPECT_EQ(bus_->Find({})->words[0x98 / 4] >> 30, 2u) << "on, and not all masked";
}

TEST_F(DeviceTest, ATableThatDoesNotFitIsRefused) {
  Make(ModelFunction::Make(0).With(kMsixCapability, 0x98, Msix(0x7ff, 2)));
  EXPECT_EQ(MsixTable::Open(*device_).error(), kernel::Error::kMalformed) << "32 KiB in 16";
  Make(ModelFunction::Make(0).With(kMsixCapability, 0x98, Msix(0, 7)));
  EXPECT_EQ(MsixTable::Open(*device_).error(), kernel::Error::kMalformed) << "behind a register that is not there";
  Make(ModelFunction::Make(0).With(kMsixCapability, 0xf8, {}));
  EXPECT_EQ(MsixTable::Open(*device_).error(), kernel::Error::kUnsupported) << "ends outside";
  Make(ModelFunction::Make(0));
  EXPECT_EQ(MsixTable::Open(*device_).error(), kernel::Error::kUnsupported);
}

}  // namespace
}  // namespace drivers::pci
