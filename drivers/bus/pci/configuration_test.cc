#include "drivers/bus/pci/configuration.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/pci/capability.h"
#include "drivers/bus/pci/ecam.h"
#include "drivers/bus/pci/header.h"
#include "drivers/bus/pci/model_bus.h"
#include "drivers/bus/pci/ports.h"
#include "drivers/bus/pci/registers.h"
#include "drivers/bus/pci/walk.h"
#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"

namespace drivers::pci {
namespace {

using Places = std::vector<Location>;

// The two ports, and what is behind them by address.
class FakePorts final : public RegisterDouble {
 public:
  std::map<std::uint32_t, std::uint32_t> words;

  std::uint64_t OnLoad(std::uint32_t port, unsigned bytes) override {
    EXPECT_EQ(bytes, 4u);
    return port == 0xcf8 ? address_ : words[address_];
  }
  void OnStore(std::uint32_t port, std::uint64_t value, unsigned bytes) override {
    EXPECT_EQ(bytes, 4u);
    EXPECT_TRUE(port == 0xcf8 || port == 0xcfc);
    (port == 0xcf8 ? address_ : words[address_]) = static_cast<std::uint32_t>(value);
  }

 private:
  std::uint32_t address_ = 0;
};

TEST(Ports, AnAddressNamesBusDeviceFunctionAndRegister) {
  FakePorts fake;
  FaultyRegisters machine(fake);
  PortConfiguration ports{DoubleRegisters(machine)};
  EXPECT_TRUE(ports.Exists());
  fake.words[0x80ab'fd40] = 0x1122'3344;
  const Location at = {.bus = 0xab, .device = 31, .function = 5};
  EXPECT_EQ(ports.Read(at, 0x40), 0x1122'3344u);
  EXPECT_EQ(ports.Of(at).Read<CAPABILITY>(0x42).value, 0x1122u);
  EXPECT_EQ(ports.Of(at).Read<INTERRUPT_PIN>(4).value, 0x33u);
  ports.Write(at, 0x40, 7);
  EXPECT_EQ(fake.words[0x80ab'fd40], 7u);
  EXPECT_EQ(ports.Read(at, 0x100), kNobody) << "only the first 256 bytes";
  machine.Break({.kind = RegisterFault::Kind::kGone});
  EXPECT_FALSE(ports.Exists());
}

TEST(PortsScript, TheAddressComesBeforeTheData) {
  Script script;
  script.Writes<CONFIG_ADDRESS>(0x8000'0804).Writes<CONFIG_DATA>(6);
  script.Writes<CONFIG_ADDRESS>(0x8000'080c).Reads<CONFIG_DATA>(0x0080'0000);
  PortConfiguration ports{DoubleRegisters(script)};
  const FunctionRegisters function = ports.Of({.bus = 0, .device = 1, .function = 0});
  function.Write<COMMAND>(6);
  EXPECT_EQ(function.Read<HEADER_TYPE>().value, 0x80);
  EXPECT_EQ(script.verdict(), "");
}

TEST(EcamTest, EachFunctionHasItsPageAndBusesOutsideOfItNone) {
  std::vector<std::uint32_t> memory(2 * Ecam::kBusSize / 4);
  Ecam ecam({reinterpret_cast<std::uintptr_t>(memory.data())}, {.first = 4, .last = 5});
  memory[(0x10'0000 + 3 * 0x8000 + 2 * 0x1000 + 0x104) / 4] = 77;
  EXPECT_EQ(ecam.Read({.bus = 5, .device = 3, .function = 2}, 0x104), 77u);
  ecam.Write({.bus = 4}, 0x10, 5);
  EXPECT_EQ(memory[4], 5u);
  EXPECT_EQ(ecam.Read({.bus = 3}, 0), kNobody);
  EXPECT_EQ(ecam.Read({.bus = 6}, 0), kNobody);
  EXPECT_EQ(ecam.Read({.bus = 4}, 4096), kNobody);
  EXPECT_EQ(Ecam().Read({}, 0), kNobody);
}

Places WalkAll(Configuration& configuration, BusRange buses = {.first = 0, .last = 255}) {
  Walk walk(configuration, buses);
  Places found;
  while (const std::optional<Location> at = walk.Next()) {
    found.push_back(*at);
    if (found.size() > 1'000) break;
  }
  EXPECT_FALSE(walk.Next()) << "the end stays the end";
  return found;
}

TEST(WalkTest, FindsEveryFunctionOnceAlsoBehindBridges) {
  ModelFunction outer = ModelFunction::Bridge(2, {ModelFunction::Make(0).Multi(), ModelFunction::Make(0, 7)});
  outer.behind.push_back(ModelFunction::Bridge(31, {ModelFunction::Make(4)}));
  outer.words[6] = 0x0007'0300;
  outer.behind.back().words[6] = 0x0007'0703;
  ModelBus bus({ModelFunction::Make(0), ModelFunction::Make(1), ModelFunction::Make(1, 3), std::move(outer),
                ModelFunction::Make(31)});
  const Places expected = {{0, 0, 0}, {0, 1, 0}, {0, 2, 0}, {0, 31, 0}, {3, 0, 0}, {3, 0, 7}, {3, 31, 0}, {7, 4, 0}};
  EXPECT_EQ(WalkAll(bus), expected) << "1.3 belongs to a device that says it has one function";
  EXPECT_EQ(WalkAll(bus, {.first = 0, .last = 6}).size(), 7u);
}

TEST(WalkTest, BridgesThatLeadBackOrNowhereAreNotFollowed) {
  for (const std::uint32_t numbers : {0x0000'0000u, 0x00ff'0000u, 0x00ff'ff00u}) {
    ModelFunction bridge = ModelFunction::Bridge(1, {ModelFunction::Make(0)});
    bridge.words[6] = numbers;
    ModelBus bus({std::move(bridge)});
    EXPECT_LE(WalkAll(bus).size(), 2u) << numbers;
    EXPECT_LT(bus.reads, 300) << "no bus is looked at that no bridge leads to";
  }
}

TEST(WalkTest, AnEmptyMachineHasNothing) {
  ModelBus bus({});
  EXPECT_TRUE(WalkAll(bus).empty());
}

std::vector<unsigned> Offsets(Configuration& configuration) {
  CapabilityList list(configuration, {});
  std::vector<unsigned> offsets;
  while (const std::optional<Capability> capability = list.Next()) offsets.push_back(capability->offset);
  return offsets;
}

TEST(CapabilityListTest, GoesFromOneToTheNext) {
  ModelBus bus({ModelFunction::Make(0).With(0x11, 0x98, {1, 2}).With(0x09, 0x40, {}).With(0x01, 0xfc, {})});
  EXPECT_EQ(Offsets(bus), (std::vector<unsigned>{0xfc, 0x40, 0x98}));
  const std::optional<Capability> found = FindCapability(bus, {}, kMsixCapability);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->offset, 0x98);
  EXPECT_TRUE(found->Holds(104));
  EXPECT_FALSE(found->Holds(105));
  EXPECT_FALSE(FindCapability(bus, {}, 0x05));
}

TEST(CapabilityListTest, EndsWhereItWasBefore) {
  ModelFunction function = ModelFunction::Make(0).With(1, 0x40, {}).With(2, 0x50, {});
  function.SetByte(0x41, 0x50);
  ModelBus bus({std::move(function)});
  EXPECT_EQ(Offsets(bus), (std::vector<unsigned>{0x50, 0x40}));
}

TEST(CapabilityListTest, EndsInTheHeader) {
  ModelFunction function = ModelFunction::Make(0).With(1, 0x40, {});
  function.SetByte(0x41, 0x3c);
  ModelBus bus({std::move(function)});
  EXPECT_EQ(Offsets(bus), (std::vector<unsigned>{0x40}));
}

TEST(CapabilityListTest, IsThereOnlyIfTheStatusSaysSo) {
  ModelFunction function = ModelFunction::Make(0).With(1, 0x40, {});
  function.words[1] = 0;
  ModelBus bus({std::move(function)});
  EXPECT_TRUE(Offsets(bus).empty());
}

TEST(CapabilityListTest, OfADeviceThatIsGoneEnds) {
  ModelBus bus({});
  EXPECT_LE(Offsets(bus).size(), 1u);
}

class BarTest : public testing::Test {
 protected:
  static Bar Read(ModelFunction function, unsigned index) {
    function.words[1] |= 0xf900'0006;
    const ModelFunction before = function;
    ModelBus bus({std::move(function)});
    const Bar bar = ReadBar(bus, {}, index);
    EXPECT_FALSE(bus.was_moved_while_it_answers);
    EXPECT_EQ(bus.Find({})->words, before.words) << "as it was, the bits of the status among them";
    return bar;
  }
};

TEST_F(BarTest, OfMemoryWith32Bits) {
  const Bar bar = Read(ModelFunction::Make(0).Memory(1, 0x1000, false, 0xfebc'0000), 1);
  EXPECT_EQ(bar.kind, Bar::Kind::kMemory);
  EXPECT_EQ(bar.address, 0xfebc'0000u);
  EXPECT_EQ(bar.size, 0x1000u);
  EXPECT_FALSE(bar.is_wide);
}

TEST_F(BarTest, OfMemoryWith64Bits) {
  const Bar bar = Read(ModelFunction::Make(0).Memory(4, std::uint64_t{1} << 33, true, 0x38'0000'0000), 4);
  EXPECT_EQ(bar.address, 0x38'0000'0000u);
  EXPECT_EQ(bar.size, std::uint64_t{1} << 33);
  EXPECT_TRUE(bar.is_wide);
}

TEST_F(BarTest, OfPortsWhoseUpperHalfIsNotThere) {
  ModelFunction function = ModelFunction::Make(0);
  function.words[4] = 0xc041;
  function.writable[4] = 0x0000'ffe0;
  const Bar bar = Read(std::move(function), 0);
  EXPECT_EQ(bar.kind, Bar::Kind::kPorts);
  EXPECT_EQ(bar.address, 0xc040u);
  EXPECT_EQ(bar.size, 32u);
}

TEST_F(BarTest, ThatIsNotThere) {
  EXPECT_EQ(Read(ModelFunction::Make(0), 0).kind, Bar::Kind::kAbsent);
  EXPECT_EQ(Read(ModelFunction::Make(0), 6).kind, Bar::Kind::kAbsent);
  EXPECT_EQ(Read(ModelFunction::Bridge(0, {}), 2).kind, Bar::Kind::kAbsent) << "a bridge has two";
}

TEST_F(BarTest, ThatMakesNoSense) {
  ModelFunction holes = ModelFunction::Make(0).Memory(0, 0x1000);
  holes.writable[4] = 0xf0f0'0000;
  EXPECT_EQ(Read(std::move(holes), 0).kind, Bar::Kind::kAbsent);
  ModelFunction cut = ModelFunction::Make(0).Memory(5, 0x1000);
  cut.words[9] |= 0b100;
  EXPECT_EQ(Read(std::move(cut), 5).kind, Bar::Kind::kAbsent) << "the upper half would lie behind the last register";
}

// A function's registers as a double: the only one that there is.
class OneFunction final : public Configuration {
 public:
  explicit OneFunction(RegisterDouble& registers) : registers_(registers) {}
  std::uint32_t Read(Location, std::uint16_t offset) override {
    return static_cast<std::uint32_t>(registers_.OnLoad(offset, 4));
  }
  void Write(Location, std::uint16_t offset, std::uint32_t value) override { registers_.OnStore(offset, value, 4); }

 private:
  RegisterDouble& registers_;
};

// 16 KiB of memory behind a wide register, at 4 GiB. [PCI] 6.1, 6.2.5.1
constexpr std::array kFunctionTable = {
    Rule{.offset = 0x00, .reset = 0x1041'1af4, .is_read_only = true},
    Rule{.offset = 0x04, .reset = 0x0010'0006, .writable = 0x0547, .cleared_by_one = 0xf900'0000},
    Rule{.offset = 0x0c, .is_read_only = true},
    Rule{.offset = 0x10, .reset = 0x4, .writable = 0xffff'c000},
    Rule{.offset = 0x14, .reset = 1, .writable = 0xffff'ffff},
};

TEST(BarRules, AskingForASizeChangesNothing) {
  RuleModel model(kFunctionTable);
  OneFunction configuration(model);
  model.Put(0x04, 0xf910'0006);
  const Bar bar = ReadBar(configuration, {}, 0);
  EXPECT_EQ(bar.address, 0x1'0000'0000u);
  EXPECT_EQ(bar.size, 0x4000u);
  EXPECT_EQ(model.Get(0x04), 0xf910'0006u) << "neither the command nor what the status remembers";
  EXPECT_EQ(model.Get(0x10), 0x4u);
  EXPECT_EQ(model.Get(0x14), 1u);
  EXPECT_EQ(model.writes.front(), 0x04u) << "it does not answer meanwhile";
  EXPECT_EQ(model.writes.back(), 0x04u);
  EXPECT_TRUE(model.complaints.empty());
}

TEST(BarFaults, AFunctionThatFallsOffItsBusMeanwhileHasNoneOrOneThatMakesSense) {
  for (int access = 0; access < 12; ++access) {
    RuleModel model(kFunctionTable);
    FaultyRegisters faulty(model);
    faulty.Break({.kind = RegisterFault::Kind::kGone, .first = access});
    OneFunction configuration(faulty);
    const Bar bar = ReadBar(configuration, {}, 0);
    const bool makes_sense = std::has_single_bit(bar.size) && bar.address % bar.size == 0;
    EXPECT_TRUE(bar.kind == Bar::Kind::kAbsent || makes_sense) << access;
  }
}

}  // namespace
}  // namespace drivers::pci
