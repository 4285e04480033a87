#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "drivers/interrupt/apic/controller.h"
#include "drivers/interrupt/apic/io_apic.h"
#include "drivers/interrupt/apic/local_apic.h"
#include "gtest/gtest.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"

namespace drivers::interrupt {
namespace {

using kernel::Error;
using kernel::interrupt::kNoLine;
using kernel::interrupt::Line;
using kernel::interrupt::Trigger;

// A local APIC that remembers what was written, and counts what is in service down with each end.
struct LocalModel {
  std::map<std::uint16_t, std::uint32_t> registers;
  std::vector<std::uint16_t> order;
  std::uint32_t id = 3;
  int ends = 0;
  int in_service = 0;
  std::vector<int> sent_to_self;
  std::uint64_t deadline = 0;

  std::uint32_t operator[](std::uint16_t offset) { return registers[offset]; }
};

struct LocalBus {
  LocalModel* model = nullptr;
  std::uint32_t Read(LocalApicRegister which) {
    const auto offset = static_cast<std::uint16_t>(which);
    if (offset >= 0x100 && offset < 0x180) return offset == 0x170 && model->in_service > 0 ? 0x8000'0000 : 0;
    return model->registers[offset];
  }
  void Write(LocalApicRegister which, std::uint32_t value) {
    const auto offset = static_cast<std::uint16_t>(which);
    if (which == LocalApicRegister::kEndOfInterrupt) {
      ++model->ends;
      if (model->in_service > 0) --model->in_service;
    }
    model->registers[offset] = value;
    model->order.push_back(offset);
  }
  void WriteDeadline(std::uint64_t time_stamp) { model->deadline = time_stamp; }
  std::uint32_t Id() { return model->id; }
  void SendToSelf(std::uint8_t vector) { model->sent_to_self.push_back(vector); }
};

// An I/O APIC of 24 wires with an index register, a data register, and nothing else.
struct IoModel {
  std::uint32_t version = 0x0017'0020;
  std::uint32_t index = 0;
  std::map<std::uint32_t, std::uint32_t> registers;
  int accesses = 0;

  std::uint32_t Low(std::uint32_t pin) { return registers[0x10 + 2 * pin]; }
  std::uint32_t High(std::uint32_t pin) { return registers[0x11 + 2 * pin]; }
  bool IsMasked(std::uint32_t pin) { return (Low(pin) & 0x1'0000) != 0; }
};

struct IoBus {
  IoModel* model = nullptr;
  std::uint32_t Read(std::uint32_t offset) {
    ++model->accesses;
    EXPECT_EQ(offset, 0x10U);
    return model->index == 1 ? model->version : model->registers[model->index];
  }
  void Write(std::uint32_t offset, std::uint32_t value) {
    ++model->accesses;
    if (offset == 0) {
      model->index = value;
    } else {
      EXPECT_EQ(offset, 0x10U);
      EXPECT_NE(model->index, 1U);
      model->registers[model->index] = value;
    }
  }
};

TEST(LocalApic, IsSwitchedOnWithTheOldControllersWireMasked) {
  LocalModel model;
  LocalApic<LocalBus> apic(LocalBus{&model});
  apic.Initialize({.timer = 0xfe, .error = 0xfd, .spurious = 0xff});
  EXPECT_EQ(model[0x0f0], 0x1ffU);
  EXPECT_EQ(model[0x320], 0xfeU) << "one-shot";
  EXPECT_EQ(model[0x350], 0x1'0000U);
  EXPECT_EQ(model[0x360], 0x400U) << "LINT1 is the NMI";
  EXPECT_EQ(model[0x370], 0xfdU);
  EXPECT_EQ(model[0x380], 0U);
  EXPECT_EQ(model[0x3e0], 0xbU) << "divide by one";
  EXPECT_EQ(model[0x080], 0U);
  EXPECT_EQ(model.order.front(), 0x0f0) << "the others cannot be unmasked while it is off";
  EXPECT_EQ(model.ends, 0);
}

TEST(LocalApic, WhatFirmwareLeftInServiceIsEnded) {
  LocalModel model;
  model.in_service = 2;
  LocalApic<LocalBus> apic(LocalBus{&model});
  apic.Initialize({.timer = 0xfe, .error = 0xfd, .spurious = 0xff});
  EXPECT_EQ(model.ends, 2);
}

TEST(LocalApic, ARegisterThatIsStuckDoesNotStopTheStart) {
  LocalModel model;
  model.in_service = 1'000'000;
  LocalApic<LocalBus> apic(LocalBus{&model});
  apic.Initialize({.timer = 0xfe, .error = 0xfd, .spurious = 0xff});
  EXPECT_LT(model.ends, 100);
}

TEST(LocalApic, CountsDownOrWaitsForADeadline) {
  LocalModel model;
  LocalApic<LocalBus> apic(LocalBus{&model});
  apic.StartCount(12345, false);
  EXPECT_EQ(model[0x380], 12345U);
  apic.StartCount(99, true);
  EXPECT_EQ(model[0x380], 99U);
  EXPECT_EQ(model[0x3e0], 0xaU);
  apic.StartCount(98, false);
  EXPECT_EQ(model[0x380], 98U);
  EXPECT_EQ(model[0x3e0], 0xbU);
  model.registers[0x390] = 99;
  EXPECT_EQ(apic.CurrentCount(), 99U);
  apic.UseDeadlines(0xfe);
  EXPECT_EQ(model[0x320], 0x4'00feU);
  apic.SetDeadline(1'000'000'000'000);
  EXPECT_EQ(model.deadline, 1'000'000'000'000U);
}

TEST(LocalApic, ErrorsAreLatchedBeforeTheyAreRead) {
  LocalModel model;
  LocalApic<LocalBus> apic(LocalBus{&model});
  static_cast<void>(apic.TakeErrors());
  EXPECT_EQ(model.order, std::vector<std::uint16_t>{0x280});
}

TEST(IoApic, NothingAtTheAddressIsNoticed) {
  IoModel model;
  for (const std::uint32_t nothing : {0U, 0xffff'ffffU, 0x00f0'0011U}) {
    model.version = nothing;
    EXPECT_EQ(IoApic<IoBus>(IoBus{&model}).CountPins(), 0U);
  }
  model.version = 0x00ef'0020;
  EXPECT_EQ(IoApic<IoBus>(IoBus{&model}).CountPins(), 240U);
}

TEST(IoApic, ARouteHasTheManualsBits) {
  IoModel model;
  IoApic<IoBus> io(IoBus{&model});
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

class Controller : public testing::Test {
 protected:
  Controller() {
    controller_.Initialize();
    EXPECT_EQ(controller_.AddIoApic(IoBus{&first_}, 0), 24U);
    EXPECT_EQ(controller_.AddIoApic(IoBus{&second_}, 24), 24U);
  }

  static std::uint32_t VectorOf(Line line) { return 32 + line.number; }

  LocalModel local_;
  IoModel first_, second_;
  ApicController<LocalBus, IoBus> controller_{LocalBus{&local_}};
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
  const std::size_t local_writes = local_.order.size();
  const int accesses = first_.accesses;
  static_cast<void>(controller_.Claim(VectorOf({4})));
  EXPECT_EQ(local_.order.size(), local_writes);
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
  EXPECT_EQ(controller_.AddIoApic(IoBus{&more}, 48), 24U);
  EXPECT_EQ(controller_.AddIoApic(IoBus{&more}, 72), 24U);
  EXPECT_EQ(controller_.AddIoApic(IoBus{&more}, 96), 0U);
}

}  // namespace
}  // namespace drivers::interrupt
