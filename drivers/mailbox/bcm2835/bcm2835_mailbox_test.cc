#include "drivers/mailbox/bcm2835/bcm2835_mailbox.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/faults.h"
#include "drivers/bus/registers/rules.h"
#include "drivers/bus/registers/script.h"
#include "drivers/mailbox/bcm2835/properties.h"
#include "drivers/mailbox/bcm2835/registers.h"
#include "drivers/mailbox/bcm2835/revision.h"
#include "kernel/base/result.h"

namespace drivers::mailbox {
namespace {

using Mailbox = Bcm2835MailboxOn<DoubleRegisters>;

constexpr std::uint32_t kMessage = 0xc0080008;
constexpr std::uint32_t kFull = 0x80000000;
constexpr std::uint32_t kEmpty = 0x40000000;

TEST(Bcm2835MailboxScript, WaitsForRoomSendsAndWaitsForTheSameMessage) {
  using namespace bcm2835;
  Script script;
  script.Reads<MAIL1_STATUS>(kFull, 3).Reads<MAIL1_STATUS>(0).Writes<MAIL1_WRITE>(kMessage);
  script.Reads<MAIL0_STATUS>(kEmpty, 5).Reads<MAIL0_STATUS>(0).Reads<MAIL0_READ>(kMessage);
  EXPECT_TRUE(Mailbox(script).Exchange(kMessage));
  EXPECT_EQ(script.verdict(), "");
}

TEST(Bcm2835MailboxScript, AnAnswerThatSomebodyGaveUpOnIsTakenOutAndForgotten) {
  using namespace bcm2835;
  Script script;
  script.Reads<MAIL1_STATUS>(0).Writes<MAIL1_WRITE>(kMessage);
  script.Reads<MAIL0_STATUS>(0).Reads<MAIL0_READ>(0xc0090008).Reads<MAIL0_STATUS>(kEmpty).Reads<MAIL0_STATUS>(0);
  script.Reads<MAIL0_READ>(kMessage);
  EXPECT_TRUE(Mailbox(script).Exchange(kMessage));
  EXPECT_EQ(script.verdict(), "");
}

constexpr std::array kTable = {
    Rule{.offset = 0x00, .is_read_only = true},
    Rule{.offset = 0x18, .reset = kEmpty, .is_read_only = true},
    Rule{.offset = 0x20, .is_write_only = true},
    Rule{.offset = 0x38, .is_read_only = true},
};

// A firmware that sends every message back.
class Firmware final : public RuleModel {
 public:
  Firmware() : RuleModel(kTable) {}

 private:
  void AfterStore(std::uint32_t, std::uint64_t value) override {
    Put(0x00, value);
    Put(0x18, 0);
  }
};

TEST(Bcm2835MailboxFaults, AFirmwareThatDoesNotAnswerIsGivenUpOn) {
  using enum RegisterFault::Kind;
  Firmware firmware;
  EXPECT_TRUE(Mailbox(firmware).Exchange(kMessage));
  EXPECT_TRUE(firmware.complaints.empty());
  for (const RegisterFault& fault :
       {RegisterFault{.kind = kStuckHigh, .offset = 0x38, .mask = kFull},
        RegisterFault{.kind = kStuckHigh, .offset = 0x18, .mask = kEmpty},
        RegisterFault{.kind = kStuckHigh, .offset = 0x00, .mask = 1}, RegisterFault{.kind = kGone}}) {
    FaultyRegisters faulty(firmware);
    faulty.Break(fault);
    EXPECT_FALSE(Mailbox(faulty).Exchange(kMessage));
    EXPECT_LT(faulty.accesses(), 3'000'000);
    faulty.Mend();
    EXPECT_TRUE(Mailbox(faulty).Exchange(kMessage));
  }
}

TEST(PropertyMessage, LooksAsTheFirmwareReadsIt) {
  PropertyMessageWith<8> message;
  message.Prepare(Tag::kArmMemory);
  const auto* const words = reinterpret_cast<const std::uint32_t*>(&message);
  EXPECT_EQ(words[0], sizeof message);
  EXPECT_EQ(words[1], 0u);
  EXPECT_EQ(words[2], 0x00010005u);
  EXPECT_EQ(words[3], 32u);
  EXPECT_EQ(words[4], 0u);
  EXPECT_EQ(words[13], 0u) << "the end";
  EXPECT_EQ(alignof(decltype(message)), 64u);
}

TEST(PropertyMessage, AnAnswerIsNoLongerThanItsRoomWhateverTheFirmwareSays) {
  PropertyMessage message = {.size = 64, .code = 0x80000000, .tag = 1, .room = 32, .value_size = 0x80000008};
  EXPECT_EQ(AnswerSize(message, 32), 8u);
  message.value_size = 0xffffffff;
  EXPECT_EQ(AnswerSize(message, 32), 32u);
  message.room = 0xffffffff;  // it can overwrite that, too
  EXPECT_EQ(AnswerSize(message, 32), 32u);
  message.value_size = 8;
  EXPECT_EQ(AnswerSize(message, 32).error(), kernel::Error::kUnsupported) << "the tag is unknown";
  message.value_size = 0x80000008;
  for (const std::uint32_t code : {0u, 0x80000001u}) {
    message.code = code;
    EXPECT_EQ(AnswerSize(message, 32).error(), kernel::Error::kUnsupported);
  }
}

TEST(ModelOf, TellsThreeBFromThreeBPlus) {
  for (const std::uint32_t code : {0xa02082u, 0xa22082u, 0xa32082u, 0xa52082u, 0xa22083u}) {
    EXPECT_EQ(ModelOf(code), Model::k3B) << std::hex << code;
  }
  EXPECT_EQ(ModelOf(0xa020d3), Model::k3BPlus);
  EXPECT_EQ(ModelOf(0x9020e0), Model::k3APlus);
  // With the bits of a warranty that is void, or of settings that cannot be changed.
  EXPECT_EQ(ModelOf(0x2a020d3), Model::k3BPlus);
  EXPECT_EQ(ModelOf(0xa01041), Model::kUnknown) << "a 2 B";
  EXPECT_EQ(ModelOf(0x000e), Model::kUnknown) << "a B of the old style";
  EXPECT_EQ(ModelOf(0), Model::kUnknown);
}

}  // namespace
}  // namespace drivers::mailbox
