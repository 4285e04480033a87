#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/interrupt/apic/controller.h"
#include "drivers/interrupt/apic/io_apic.h"
#include "drivers/interrupt/apic/local_apic.h"
#include "drivers/interrupt/apic/registers.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::interrupt {
namespace {

using kernel::Error;
using kernel::interrupt::kNoLine;
using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

constexpr std::uint32_t kAll = 0xffff'ffff;

// [SDM] 3A 10.4.1, table 10-1
constexpr Rule InService(std::uint32_t word) { return {.offset = 0x100 + 0x10 * word, .is_read_only = true}; }
constexpr std::array kLocalTable = {
    Rule{.offset = 0x020, .is_read_only = true},
    Rule{.offset = 0x080, .reset = 0x10, .writable = 0xff},
    Rule{.offset = 0x0b0, .is_write_only = true},
    Rule{.offset = 0x0f0, .reset = 0xff, .writable = 0x1ff},
    InService(0),
    InService(1),
    InService(2),
    InService(3),
    InService(4),
    InService(5),
    InService(6),
    InService(7),
    Rule{.offset = 0x280},
    Rule{.offset = 0x300, .writable = 0xccfff},
    Rule{.offset = 0x320, .reset = 0x1'0000, .writable = 0x7'00ff},
    Rule{.offset = 0x350, .reset = 0x1'0000, .writable = 0x1'a7ff},
    Rule{.offset = 0x360, .reset = 0x1'0000, .writable = 0x1'a7ff},
    Rule{.offset = 0x370, .reset = 0x1'0000, .writable = 0x1'00ff},
    Rule{.offset = 0x380, .writable = kAll},
    Rule{.offset = 0x390, .is_read_only = true},
    Rule{.offset = 0x3e0, .writable = 0xb},
};

// A local APIC that counts what is in service down with each end.
class LocalModel final : public RuleModel {
 public:
  LocalModel() : RuleModel(kLocalTable) {}

  std::uint32_t id = 3;
  int ends = 0;
  int in_service = 0;
  std::vector<int> sent_to_self;
  std::uint64_t deadline = 0;

 private:
  void BeforeLoad(std::uint32_t offset) override {
    if (offset == 0x170) Put(0x170, in_service > 0 ? 0x8000'0000 : 0);
  }
  void AfterStore(std::uint32_t offset, std::uint64_t) override {
    if (offset != 0x0b0) return;
    ++ends;
    if (in_service > 0) --in_service;
  }
};

// What is not a register in both modes is left to local_apic_bus_test.
struct LocalBus : DoubleRegisters {
  explicit LocalBus(LocalModel& of) : DoubleRegisters(of), model(&of) {}
  void WriteDeadline(std::uint64_t time_stamp) { model->deadline = time_stamp; }
  std::uint32_t Id() { return model->id; }
  void SendToSelf(std::uint8_t vector) { model->sent_to_self.push_back(vector); }
  LocalModel* model;
};

// [I82093AA] 3.1, 3.2: two registers in memory, and behind them the version and two words for each of 24 wires.
constexpr std::array kIoWindow = {
    Rule{.offset = 0x00, .writable = 0xff},
    Rule{.offset = 0x10, .writable = kAll},
};
std::vector<Rule> IoTable() {
  std::vector<Rule> table = {{.offset = 0x01, .reset = 0x0017'0020, .is_read_only = true}};
  for (std::uint32_t pin = 0; pin < 24; ++pin) {
    table.push_back({.offset = 0x10 + 2 * pin, .writable = 0x1'afff});
    table.push_back({.offset = 0x11 + 2 * pin, .writable = 0xff00'0000});
  }
  return table;
}

class IoModel final : public RuleModel {
 public:
  IoModel() : RuleModel(kIoWindow), behind(IoTable()) {}
  ~IoModel() override { EXPECT_TRUE(complaints.empty() && behind.complaints.empty()); }

  RuleModel behind;
  int accesses = 0;

  std::uint32_t Low(std::uint32_t pin) const { return static_cast<std::uint32_t>(behind.Get(0x10 + 2 * pin)); }
  std::uint32_t High(std::uint32_t pin) const { return static_cast<std::uint32_t>(behind.Get(0x11 + 2 * pin)); }
  bool IsMasked(std::uint32_t pin) const { return (Low(pin) & 0x1'0000) != 0; }

 private:
  std::uint32_t index() const { return static_cast<std::uint32_t>(Get(0x00)); }
  void BeforeLoad(std::uint32_t offset) override {
    ++accesses;
    if (offset == 0x10) Put(0x10, behind.OnLoad(index(), 4));
  }
  void AfterStore(std::uint32_t offset, std::uint64_t value) override {
    ++accesses;
    if (offset == 0x10) behind.OnStore(index(), value, 4);
  }
};

using Io = IoApic<DoubleRegisters>;

TEST(LocalApic, IsSwitchedOnWithTheOldControllersWireMasked) {
  LocalModel model;
  LocalApic<LocalBus> apic{LocalBus(model)};
  apic.Initialize({.timer = 0xfe, .error = 0xfd, .spurious = 0xff});
  EXPECT_EQ(model.Get(0x0f0), 0x1ffU);
  EXPECT_EQ(model.Get(0x320), 0xfeU) << "one-shot";
  EXPECT_EQ(model.Get(0x350), 0x1'0000U);
  EXPECT_EQ(model.Get(0x360), 0x400U) << "LINT1 is the NMI";
  EXPECT_EQ(model.Get(0x370), 0xfdU);
  EXPECT_EQ(model.Get(0x380), 0U);
  EXPECT_EQ(model.Get(0x3e0), 0xbU) << "divide by one";
  EXPECT_EQ(model.Get(0x080), 0U);
  EXPECT_EQ(model.writes.front(), 0x0f0U) << "the others cannot be unmasked while it is off";
  EXPECT_EQ(model.ends, 0);
  EXPECT_TRUE(model.complaints.empty());
}

TEST(LocalApic, WhatFirmwareLeftInServiceIsEnded) {
  LocalModel model;
  model.in_service = 2;
  LocalApic<LocalBus> apic{LocalBus(model)};
  apic.Initialize({.timer = 0xfe, .error = 0xfd, .spurious = 0xff});
  EXPECT_EQ(model.ends, 2);
}

TEST(LocalApic, ARegisterThatIsStuckDoesNotStopTheStart) {
  LocalModel model;
  model.in_service = 1'000'000;
  LocalApic<LocalBus> apic{LocalBus(model)};
  apic.Initialize({.timer = 0xfe, .error = 0xfd, .spurious = 0xff});
  EXPECT_LT(model.ends, 100);
}

TEST(LocalApic, CountsDownOrWaitsForADeadline) {
  LocalModel model;
  LocalApic<LocalBus> apic{LocalBus(model)};
  apic.StartCount(12345, false);
  EXPECT_EQ(model.Get(0x380), 12345U);
  apic.StartCount(99, true);
  EXPECT_EQ(model.Get(0x380), 99U);
  EXPECT_EQ(model.Get(0x3e0), 0xaU);
  apic.StartCount(98, false);
  EXPECT_EQ(model.Get(0x380), 98U);
  EXPECT_EQ(model.Get(0x3e0), 0xbU);
  model.Put(0x390, 99);
  EXPECT_EQ(apic.CurrentCount(), 99U);
  apic.UseDeadlines(0xfe);
  EXPECT_EQ(model.Get(0x320), 0x4'00feU);
  apic.SetDeadline(1'000'000'000'000);
  EXPECT_EQ(model.deadline, 1'000'000'000'000U);
}

TEST(LocalApic, ErrorsAreLatchedBeforeTheyAreRead) {
  LocalModel model;
  LocalApic<LocalBus> apic{LocalBus(model)};
  static_cast<void>(apic.TakeErrors());
  EXPECT_EQ(model.writes, std::vector<std::uint32_t>{0x280});
}

TEST(IoApic, NothingAtTheAddressIsNoticed) {
  IoModel model;
  for (const std::uint32_t nothing : {0U, 0xffff'ffffU, 0x00f0'0011U}) {
    model.behind.Put(0x01, nothing);
    EXPECT_EQ(Io(model).CountPins(), 0U);
  }
  model.behind.Put(0x01, 0x00ef'0020);
  EXPECT_EQ(Io(model).CountPins(), 240U);
}

TEST(IoApic, ARouteHasTheManualsBits) {
  IoModel model;
  Io io(model);
  EXPECT_EQ(io.CountPins(), 24U);
  io.Configure(4, {.vector = 0x24, .destination = 3, .is_level = false, .is_active_low = false});
  EXPECT_EQ(model.Low(4), 0x1'0024U);
  EXPECT_EQ(model.High(4), 0x0300'0000U);
  io.Configure(16, {.vector = 0x30, .destination = 0xfe, .is_level = true, .is_active_low = true});
  EXPECT_EQ(model.Low(16), 0x1'a030U);
  io.Unmask(16);
  EXPECT_EQ(model.Low(16), 0xa030U);
  io.Mask(16);
  EXPECT_EQ(model.Low(16), 0x1'a030U);
}

// Select, then data: an entry that is closed while it is changed, and its destination before its vector.
TEST(IoApicScript, AWireIsMaskedWhileItsEntryChanges) {
  using io_apic::IOREGSEL, io_apic::IOWIN;
  Script script;
  script.Writes<IOREGSEL>(0x18).Reads<IOWIN>(0x20).Writes<IOREGSEL>(0x18).Writes<IOWIN>(0x1'0020);
  script.Writes<IOREGSEL>(0x19).Writes<IOWIN>(0x0300'0000);
  script.Writes<IOREGSEL>(0x18).Writes<IOWIN>(0x1'0024);
  Io(script).Configure(4, {.vector = 0x24, .destination = 3, .is_level = false, .is_active_low = false});
  EXPECT_EQ(script.verdict(), "");
}

TEST(ApicFaults, AnIoApicThatIsGoneHasNoWiresAndALocalOneStopsNobody) {
  using enum RegisterFault::Kind;
  IoModel io;
  FaultyRegisters faulty(io);
  faulty.Break({.kind = kGone});
  EXPECT_EQ(Io(faulty).CountPins(), 0U);
  LocalModel local;
  FaultyRegisters gone(local);
  gone.Break({.kind = kGone});
  LocalBus bus(local);
  static_cast<DoubleRegisters&>(bus) = DoubleRegisters(gone);
  LocalApic<LocalBus>(bus).Initialize({.timer = 0xfe, .error = 0xfd, .spurious = 0xff});
  EXPECT_LT(gone.accesses(), 100);
}

class Controller : public testing::Test {
 protected:
  Controller() {
    controller_.Initialize();
    EXPECT_EQ(controller_.AddIoApic(DoubleRegisters(first_), 0), 24U);
    EXPECT_EQ(controller_.AddIoApic(DoubleRegisters(second_), 24), 24U);
  }

  static std::uint32_t VectorOf(Line line) { return 32 + line.number; }

  LocalModel local_;
  IoModel first_, second_;
  ApicController<LocalBus, DoubleRegisters> controller_{LocalBus(local_)};
};

TEST_F(Controller, EveryWireIsMaskedAtFirst) {
  for (std::uint32_t pin = 0; pin < 24; ++pin) {
    EXPECT_TRUE(first_.IsMasked(pin));
    EXPECT_TRUE(second_.IsMasked(pin));
  }
}

TEST_F(Controller, AGlobalLineIsAWireOfTheIoApicThatHasIt) {
  ASSERT_TRUE(controller_.Configure({4}, Trigger::kRisingEdge));
  ASSERT_TRUE(controller_.Configure({26}, Trigger::kLowLevel));
  EXPECT_EQ(first_.Low(4), 0x1'0024U);
  EXPECT_EQ(second_.Low(2), 0x1'a03aU);
  EXPECT_EQ(second_.High(2), 0x0300'0000U);
  controller_.Unmask({26});
  EXPECT_FALSE(second_.IsMasked(2));
  EXPECT_TRUE(first_.IsMasked(4));
}

TEST_F(Controller, AClaimedLineIsCompletedByItsEnd) {
  ASSERT_TRUE(controller_.Configure({4}, Trigger::kHighLevel));
  controller_.Unmask({4});
  EXPECT_EQ(controller_.Claim(VectorOf({4})), Line{4});
  EXPECT_EQ(local_.ends, 0);
  controller_.Complete({4});
  EXPECT_EQ(local_.ends, 1);
}

TEST_F(Controller, AClaimTouchesNoDevice) {
  ASSERT_TRUE(controller_.Configure({4}, Trigger::kRisingEdge));
  controller_.Unmask({4});
  const std::size_t local_writes = local_.writes.size();
  const int accesses = first_.accesses;
  static_cast<void>(controller_.Claim(VectorOf({4})));
  EXPECT_EQ(local_.writes.size(), local_writes);
  EXPECT_EQ(first_.accesses, accesses);
}

TEST_F(Controller, ASpuriousInterruptIsNoLineAndGetsNoEnd) {
  EXPECT_EQ(controller_.Claim(0xff), kNoLine);
  EXPECT_EQ(local_.ends, 0);
}

TEST_F(Controller, AMessageWithTheSpuriousVectorIsEnded) {
  local_.in_service = 1;
  EXPECT_EQ(controller_.Claim(0xff), kNoLine);
  EXPECT_EQ(local_.ends, 1);
}

TEST_F(Controller, AnInterruptOfALineThatNobodyOpenedIsEnded) {
  EXPECT_EQ(controller_.Claim(VectorOf({9})), kNoLine);
  EXPECT_EQ(controller_.Claim(VectorOf(kErrorLine)), kNoLine);
  EXPECT_EQ(local_.ends, 2);
}

TEST_F(Controller, AMaskedLevelIsCutAtTheWireAndAsksAgainByItself) {
  ASSERT_TRUE(controller_.Configure({4}, Trigger::kHighLevel));
  controller_.Unmask({4});
  controller_.Mask({4});
  EXPECT_TRUE(first_.IsMasked(4));
  EXPECT_EQ(controller_.Claim(VectorOf({4})), kNoLine) << "was on its way already";
  controller_.Unmask({4});
  EXPECT_FALSE(first_.IsMasked(4));
  EXPECT_TRUE(local_.sent_to_self.empty());
}

TEST_F(Controller, AnEdgeWhileMaskedIsRememberedOnceAndItsWireIsCut) {
  ASSERT_TRUE(controller_.Configure({4}, Trigger::kRisingEdge));
  controller_.Unmask({4});
  controller_.Mask({4});
  EXPECT_FALSE(first_.IsMasked(4)) << "an edge at a masked wire would be lost";
  EXPECT_EQ(controller_.Claim(VectorOf({4})), kNoLine);
  EXPECT_EQ(local_.ends, 1);
  EXPECT_TRUE(first_.IsMasked(4));
  controller_.Unmask({4});
  EXPECT_FALSE(first_.IsMasked(4));
  EXPECT_EQ(local_.sent_to_self, std::vector<int>{36});
  controller_.Unmask({4});
  EXPECT_EQ(local_.sent_to_self.size(), 1U);
  EXPECT_EQ(controller_.Claim(36), Line{4});
}

TEST_F(Controller, WhatCameBeforeALineWasConfiguredIsForgotten) {
  EXPECT_EQ(controller_.Claim(VectorOf({4})), kNoLine);
  ASSERT_TRUE(controller_.Configure({4}, Trigger::kRisingEdge));
  controller_.Unmask({4});
  EXPECT_TRUE(local_.sent_to_self.empty());
}

TEST_F(Controller, TheTimersLineIsMaskedWithoutLosingIt) {
  ASSERT_TRUE(controller_.Configure(kTimerLine, Trigger::kHighLevel));
  EXPECT_EQ(controller_.Claim(0xfe), kNoLine);
  controller_.Unmask(kTimerLine);
  EXPECT_EQ(local_.sent_to_self, std::vector<int>{0xfe});
  EXPECT_EQ(controller_.Claim(0xfe), kTimerLine);
}

TEST_F(Controller, ATimerThatCameTooEarlyIsEndedAndNoLine) {
  static bool is_early = true;
  ASSERT_TRUE(controller_.Configure(kTimerLine, Trigger::kHighLevel));
  controller_.Unmask(kTimerLine);
  controller_.IgnoreTimerWhen([] { return is_early; });
  EXPECT_EQ(controller_.Claim(0xfe), kNoLine);
  EXPECT_EQ(local_.ends, 1);
  is_early = false;
  EXPECT_EQ(controller_.Claim(0xfe), kTimerLine);
  EXPECT_EQ(local_.ends, 1);
}

TEST_F(Controller, LinesWithoutAWireOrAMessageDoNotExist) {
  EXPECT_EQ(controller_.Configure({48}, Trigger::kRisingEdge).error(), Error::kInvalidArgument);
  EXPECT_EQ(controller_.Configure({kGlobalLines}, Trigger::kRisingEdge).error(), Error::kInvalidArgument);
  EXPECT_EQ(controller_.Configure({kLines}, Trigger::kRisingEdge).error(), Error::kInvalidArgument);
  EXPECT_EQ(controller_.Configure(kNoLine, Trigger::kRisingEdge).error(), Error::kInvalidArgument);
  EXPECT_LE(controller_.line_count(), 1024U);
}

TEST_F(Controller, AMessageIsAWriteThatRaisesItsVectorHere) {
  const auto message = controller_.AllocateMessage();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->address.value, 0xfee0'3000U);
  EXPECT_EQ(message->data, VectorOf(message->line));
  ASSERT_TRUE(controller_.Configure(message->line, Trigger::kRisingEdge));
  EXPECT_EQ(controller_.Configure(message->line, Trigger::kHighLevel).error(), Error::kUnsupported);
  controller_.Unmask(message->line);
  EXPECT_EQ(controller_.Claim(message->data), message->line);
}

TEST_F(Controller, NoMessageIsGivenTwiceAndTheirNumberHasAnEnd) {
  std::set<std::uint32_t> given;
  for (std::uint32_t i = 0; i < kMessageLines; ++i) {
    const auto message = controller_.AllocateMessage();
    ASSERT_TRUE(message);
    EXPECT_TRUE(given.insert(message->line.number).second);
    EXPECT_NE(message->line, kErrorLine);
    EXPECT_NE(message->line, kTimerLine);
  }
  EXPECT_EQ(controller_.AllocateMessage().error(), Error::kOutOfMemory);
}

TEST_F(Controller, ACpuWhoseNumberDoesNotFitIntoARouteGetsNone) {
  local_.id = 300;
  EXPECT_EQ(controller_.AllocateMessage().error(), Error::kUnsupported);
  EXPECT_EQ(controller_.Configure({4}, Trigger::kRisingEdge).error(), Error::kUnsupported);
  EXPECT_TRUE(controller_.Configure(kTimerLine, Trigger::kRisingEdge));
}

TEST_F(Controller, MoreIoApicsThanThereIsRoomForAreRefused) {
  IoModel more;
  EXPECT_EQ(controller_.AddIoApic(DoubleRegisters(more), 48), 24U);
  EXPECT_EQ(controller_.AddIoApic(DoubleRegisters(more), 72), 24U);
  EXPECT_EQ(controller_.AddIoApic(DoubleRegisters(more), 96), 0U);
}

}  // namespace
}  // namespace drivers::interrupt
