#include "drivers/bus/virtio/pci.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/dma/dma.h"
#include "drivers/bus/pci/capability.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/pci/model_bus.h"
#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/bus/virtio/registers.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace drivers::virtio {
namespace {

using pci::ModelFunction;

kernel::Result<kernel::VirtualAddress> Identity(kernel::PhysicalAddress address, std::uint64_t) {
  return kernel::VirtualAddress{address.value};
}

// A function whose structures lie in memory of the test, as QEMU's lie: a page each.
class PciTest : public testing::Test {
 protected:
  static constexpr std::uint64_t kSize = 0x4000;
  static constexpr std::uint8_t kCommon = 1, kNotify = 2, kStatus = 3, kDevice = 4, kWindow = 5;

  static std::vector<std::uint8_t> Structure(std::uint8_t kind, std::uint32_t offset, std::uint32_t length,
                                             std::uint32_t multiplier = 0, std::uint8_t bar = 4) {
    std::vector<std::uint8_t> rest = {static_cast<std::uint8_t>(kind == kNotify ? 20 : 16), kind, bar, 0, 0, 0};
    for (const std::uint32_t word : {offset, length, multiplier}) {
      for (int shift = 0; shift < 32; shift += 8) rest.push_back(static_cast<std::uint8_t>(word >> shift));
    }
    if (kind != kNotify) rest.resize(rest.size() - 4);
    return rest;
  }

  static ModelFunction Whole() {
    return ModelFunction::Make(0)
        .With(0x09, 0x84, Structure(kWindow, 0, 0))
        .With(0x09, 0x70, Structure(kNotify, 0x3000, 0x1000, 4))
        .With(0x09, 0x60, Structure(kDevice, 0x2000, 0x1000))
        .With(0x09, 0x50, Structure(kStatus, 0x1000, 0x1000))
        .With(0x09, 0x40, Structure(kCommon, 0, 0x1000));
  }

  kernel::Result<PciRegisters> Find(ModelFunction function) {
    const std::uint64_t address = kernel::RoundUp(reinterpret_cast<std::uintptr_t>(memory_.data()), kSize);
    base_ = reinterpret_cast<std::byte*>(address);
    bus_.emplace(std::vector{std::move(function).Memory(4, kSize, true, address)});
    host_.emplace(*bus_, pci::BusRange{}, pci::MemoryWindow{}, &Identity);
    pci::Device device(*host_, {});
    return FindPciRegisters(device);
  }

  template <typename T>
  void Put(std::size_t offset, T value) {
    std::memcpy(base_ + offset, &value, sizeof(value));
  }
  template <typename T>
  T Get(std::size_t offset) {
    T value;
    std::memcpy(&value, base_ + offset, sizeof(value));
    return value;
  }

  std::vector<std::byte> memory_ = std::vector<std::byte>(2 * kSize);
  std::byte* base_ = nullptr;
  std::optional<pci::ModelBus> bus_;
  std::optional<pci::Host> host_;
};

TEST_F(PciTest, ADeviceIsKnownByItsNumberOrByItsSubsystems) {
  ModelFunction modern = ModelFunction::Make(0), transitional = ModelFunction::Make(1), other = ModelFunction::Make(2);
  modern.words[0] = 0x1044'1af4;
  transitional.words[0] = 0x1000'1af4;
  transitional.words[0x2c / 4] = 0x0001'1af4;
  other.words[0] = 0x1041'8086;
  pci::ModelBus bus({modern, transitional, other});
  EXPECT_EQ(IdentifyPci(bus, {0, 0, 0}), DeviceType::kEntropy);
  EXPECT_EQ(IdentifyPci(bus, {0, 1, 0}), DeviceType::kNetwork);
  EXPECT_EQ(IdentifyPci(bus, {0, 2, 0}), DeviceType::kNone);
  EXPECT_EQ(IdentifyPci(bus, {0, 3, 0}), DeviceType::kNone);
}

TEST_F(PciTest, ItsStructuresAreWhereTheCapabilitiesSay) {
  const auto found = Find(Whole());
  ASSERT_TRUE(found);
  const auto at = [this](std::size_t offset) { return reinterpret_cast<std::uintptr_t>(base_ + offset); };
  EXPECT_EQ(found->common.base().value, at(0));
  EXPECT_EQ(found->interrupt_status.base().value, at(0x1000));
  EXPECT_EQ(found->device_configuration.base().value, at(0x2000));
  EXPECT_EQ(found->notify.base().value, at(0x3000));
  EXPECT_EQ(found->notify_size, 0x1000u);
  EXPECT_EQ(found->notify_multiplier, 4u);
}

TEST_F(PciTest, TheFirstStructureOfAKindCounts) {
  const auto found = Find(Whole().With(0x09, 0xa0, Structure(kCommon, 0x800, 0x100)));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->common.base().value, reinterpret_cast<std::uintptr_t>(base_ + 0x800));
}

TEST_F(PciTest, StructuresThatMakeNoSenseAreRefused) {
  const auto error = [this](std::vector<std::uint8_t> structure) {
    return Find(Whole().With(0x09, 0xa0, std::move(structure))).error();
  };
  EXPECT_EQ(error(Structure(kCommon, 0, 55)), kernel::Error::kMalformed) << "too short";
  EXPECT_EQ(error(Structure(kCommon, 2, 64)), kernel::Error::kMalformed) << "misaligned";
  EXPECT_EQ(error(Structure(kDevice, 0x3000, 0x2000)), kernel::Error::kMalformed) << "ends outside";
  EXPECT_EQ(error(Structure(kNotify, 0, 0xffff'ffff)), kernel::Error::kMalformed);
  EXPECT_EQ(error(Structure(kCommon, 0, 64, 0, 2)), kernel::Error::kMalformed) << "no such register";
  EXPECT_EQ(error(Structure(kCommon, 0, 64, 0, 9)), kernel::Error::kMalformed);
  std::vector<std::uint8_t> small = Structure(kNotify, 0, 64);
  small[0] = 16;
  EXPECT_EQ(error(small), kernel::Error::kMalformed) << "without its multiplier";
  EXPECT_EQ(Find(ModelFunction::Make(0).With(0x09, 0xf4, Structure(kCommon, 0, 64)).With(1, 0x40, {})).error(),
            kernel::Error::kMalformed)
      << "the capability itself ends outside";
  EXPECT_EQ(Find(ModelFunction::Make(0)).error(), kernel::Error::kUnsupported) << "before virtio 1.0";
}

TEST_F(PciTest, AQueueHasItsPlaceAndItsVector) {
  Pci transport(*Find(Whole()));
  transport.UseVectors(0, 1);
  Put<std::uint16_t>(18, 2);    // queues
  Put<std::uint16_t>(24, 256);  // entries
  Put<std::uint16_t>(30, 3);    // its register for notifications
  EXPECT_EQ(transport.MostEntries(1), 256);
  EXPECT_EQ(Get<std::uint16_t>(22), 1);
  EXPECT_EQ(Get<std::uint16_t>(16), 0) << "the configuration's vector";
  EXPECT_EQ(Get<std::uint16_t>(26), 1);
  transport.EnableQueue(1, 128, {.descriptors = {0x1'0000'1000}, .available = {0x2000}, .used = {0x3000}});
  EXPECT_EQ(Get<std::uint16_t>(24), 128);
  EXPECT_EQ(Get<std::uint64_t>(32), 0x1'0000'1000u);
  EXPECT_EQ(Get<std::uint64_t>(40), 0x2000u);
  EXPECT_EQ(Get<std::uint64_t>(48), 0x3000u);
  EXPECT_EQ(Get<std::uint16_t>(28), 1);
  Put<std::uint16_t>(0x300c, 77);
  transport.Notify(1);
  EXPECT_EQ(Get<std::uint16_t>(0x300c), 1);
  EXPECT_EQ(transport.MostEntries(1), 0) << "in use";
  EXPECT_EQ(transport.MostEntries(2), 0) << "the device has two";
}

TEST_F(PciTest, AQueueThatIsNotifiedOutsideIsNone) {
  Pci transport(*Find(Whole()));
  Put<std::uint16_t>(18, 100);
  Put<std::uint16_t>(24, 256);
  Put<std::uint16_t>(30, 0x400);
  EXPECT_EQ(transport.MostEntries(0), 0);
  Put<std::uint16_t>(30, 0x3ff);
  EXPECT_EQ(transport.MostEntries(0), 256);
  EXPECT_EQ(transport.MostEntries(Pci::kMostQueues), 0) << "more than are kept";
}

TEST_F(PciTest, TheConfigurationIsReadWithinItsLength) {
  const auto found = Find(Whole());
  Pci transport(*found);
  Put<std::uint32_t>(0x2ffc, 0x1234'5678);
  std::array<std::byte, 4> bytes = {};
  transport.ReadConfiguration(0xffc, bytes);
  EXPECT_EQ(bytes[3], std::byte{0x12});
  bytes = {};
  transport.ReadConfiguration(0xffd, bytes);
  EXPECT_EQ(bytes[0], std::byte{0}) << "not past its end";
  transport.ReadConfiguration(0xffff'ffff'ffff'fffe, bytes);
  EXPECT_EQ(bytes[0], std::byte{0}) << "nor before its beginning";
}

TEST_F(PciTest, FeaturesAndStatusAreInTheirRegisters) {
  Pci transport(*Find(Whole()));
  Put<std::uint32_t>(4, 0x21);
  EXPECT_EQ(transport.OfferedFeatures(), 0x21'0000'0021u) << "a memory has one word for both halves";
  transport.AcceptFeatures(0x1'0000'0020);
  EXPECT_EQ(Get<std::uint32_t>(8), 1u);
  EXPECT_EQ(Get<std::uint32_t>(12), 1u);
  transport.SetStatus(kAcknowledge);
  EXPECT_EQ(transport.Status(), kAcknowledge);
  Put<std::uint8_t>(0x1000, kConfigurationChanged);
  EXPECT_EQ(transport.TakeInterrupt(), kConfigurationChanged);
}

// --- The structures as doubles.

// [VIRTIO] 4.1.4.3: which can be written, and how wide they are.
constexpr std::array kCommonTable = {
    Rule{.offset = 0, .writable = 0xffff'ffff},
    Rule{.offset = 4, .reset = 1, .is_read_only = true},
    Rule{.offset = 8, .writable = 0xffff'ffff},
    Rule{.offset = 12, .writable = 0xffff'ffff},
    Rule{.offset = 16, .bytes = 2, .reset = 0xffff, .writable = 0xffff},
    Rule{.offset = 18, .bytes = 2, .reset = 3, .is_read_only = true},
    Rule{.offset = 20, .bytes = 1, .writable = 0xff},
    Rule{.offset = 21, .bytes = 1, .is_read_only = true},
    Rule{.offset = 22, .bytes = 2, .writable = 0xffff},
    Rule{.offset = 24, .bytes = 2, .reset = 256, .writable = 0xffff},
    Rule{.offset = 26, .bytes = 2, .reset = 0xffff, .writable = 0xffff},
    Rule{.offset = 28, .bytes = 2, .writable = 1},
    Rule{.offset = 30, .bytes = 2, .reset = 3, .is_read_only = true},
    Rule{.offset = 32, .writable = 0xffff'ffff},
    Rule{.offset = 36, .writable = 0xffff'ffff},
    Rule{.offset = 40, .writable = 0xffff'ffff},
    Rule{.offset = 44, .writable = 0xffff'ffff},
    Rule{.offset = 48, .writable = 0xffff'ffff},
    Rule{.offset = 52, .writable = 0xffff'ffff},
};

PciStructures<DoubleRegisters> StructuresOf(RegisterDouble& common, RegisterDouble& notify) {
  return {.common = DoubleRegisters(common),
          .notify = DoubleRegisters(notify),
          .notify_size = 0x1000,
          .notify_multiplier = 4};
}

TEST(VirtioPciRules, TheStartKeepsThem) {
  RuleModel common(kCommonTable);
  Script notify;
  notify.Writes<pci_structures::queue_notify>(2, 12);  // one write, and nothing else
  PciOn<DoubleRegisters> transport(StructuresOf(common, notify));
  transport.UseVectors(0, 1);
  EXPECT_EQ(Negotiate(transport, 1, 0), kVersion1 | 1);
  EXPECT_EQ(transport.MostEntries(2), 256);
  EXPECT_EQ(transport.MostEntries(3), 0) << "the device has three";
  transport.EnableQueue(2, 128, {.descriptors = {0x1'0000'1000}, .available = {0x2000}, .used = {0x5'0000'3000}});
  EXPECT_EQ(common.Get(32), 0x1000u);
  EXPECT_EQ(common.Get(36), 1u);
  EXPECT_EQ(common.Get(40), 0x2000u);
  EXPECT_EQ(common.Get(48), 0x3000u);
  EXPECT_EQ(common.Get(52), 5u);
  EXPECT_EQ(common.writes.back(), 28u) << "enabled when all else is said";
  transport.Notify(2);
  EXPECT_EQ(notify.verdict(), "");
  EXPECT_EQ(transport.TakeInterrupt(), 0u) << "it has no such register";
  EXPECT_TRUE(common.complaints.empty()) << common.complaints.front();
}

TEST(VirtioPciScript, AReadOfTheInterruptsReasonIsItsEnd) {
  RuleModel common(kCommonTable);
  Script status;
  status.Reads<pci_structures::ISR_status>(kConfigurationChanged);
  PciStructures<DoubleRegisters> structures = StructuresOf(common, status);
  structures.interrupt_status = DoubleRegisters(status);
  PciOn<DoubleRegisters> transport(structures);
  EXPECT_EQ(transport.TakeInterrupt(), kConfigurationChanged);
  EXPECT_EQ(status.verdict(), "");
}

TEST(VirtioPciFaults, ADeviceWithoutAVectorForAQueueOrThatIsGoneHasNone) {
  using enum RegisterFault::Kind;
  RuleModel common(kCommonTable);
  FaultyRegisters faulty(common);
  PciOn<DoubleRegisters> transport(StructuresOf(faulty, common));
  transport.UseVectors(0, 1);
  faulty.Break({.kind = kStuckHigh, .offset = 26});
  EXPECT_EQ(transport.MostEntries(0), 0);
  faulty.Mend();
  faulty.Break({.kind = kStuckHigh, .offset = 16});
  EXPECT_EQ(transport.MostEntries(0), 0) << "nor one for its configuration";
  faulty.Mend();
  EXPECT_EQ(transport.MostEntries(0), 256);
  faulty.Break({.kind = kGone});
  EXPECT_EQ(transport.MostEntries(0), 0);
  EXPECT_FALSE(Negotiate(transport, 0, 0));
  EXPECT_LT(faulty.accesses(), 200'000);
}

}  // namespace
}  // namespace drivers::virtio
