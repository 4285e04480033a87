#include "drivers/interrupt/apic/local_apic_bus.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "drivers/interrupt/apic/local_apic.h"
#include "drivers/interrupt/apic/registers.h"

namespace drivers::interrupt {
namespace {

constexpr std::uint32_t kApicBase = 0x1b;

// A CPU with a local APIC that is strict about its modes: what a real one answers with a fault fails the test. No
// machine of the tests has x2APIC or a deadline mode (QEMU 7.2's TCG knows neither). [SDM] 3A 10.12
struct Model {
  bool has_x2 = false;
  std::uint64_t base = 0xfee0'0900;  // after reset: on, and of the first processor
  std::map<std::uint32_t, std::uint32_t> words;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> writes;  // of MSRs, and of the page as 0xfee00000 + offset
  bool is_mapped = false;
  bool is_fenced = false;  // since the last write to the page

  bool IsX2() const { return (base & 0xc00) == 0xc00; }
};

struct Cpu {
  Model* model = nullptr;

  std::uint32_t Features() const { return model->has_x2 ? 1U << 21 : 0; }
  std::uint64_t ReadMsr(std::uint32_t number) const {
    if (number == kApicBase) return model->base;
    EXPECT_TRUE(model->IsX2() && number >= 0x800 && number <= 0x83f) << std::hex << number;
    return model->words[(number - 0x800) * 16];
  }
  void WriteMsr(std::uint32_t number, std::uint64_t value) const {
    model->writes.emplace_back(number, value);
    if (number == kApicBase) return WriteBase(value);
    if (number == 0x6e0) {
      EXPECT_TRUE(model->is_fenced || model->IsX2()) << "the page's writes may come later";
      return;
    }
    EXPECT_TRUE(model->IsX2() && number >= 0x800 && number <= 0x83f) << std::hex << number;
    EXPECT_EQ(value >> 32, 0U);
    EXPECT_NE(number, 0x802U) << "the ID is read-only";
    if (number == 0x80b || number == 0x828) EXPECT_EQ(value, 0U) << "else a fault";
    model->words[(number - 0x800) * 16] = static_cast<std::uint32_t>(value);
  }
  // [SDM] 3A figure 10-27: from off to xAPIC, from there to x2APIC, and never from x2APIC to xAPIC.
  void WriteBase(std::uint64_t value) const {
    EXPECT_EQ(value & ~std::uint64_t{0xd00}, 0xfee0'0000U) << "a reserved bit, or another place";
    const bool was_on = (model->base & 0x800) != 0;
    const bool to_x2 = (value & 0x400) != 0;
    EXPECT_TRUE(!to_x2 || (model->has_x2 && was_on && (value & 0x800) != 0));
    EXPECT_TRUE(!model->IsX2() || to_x2) << "back to xAPIC is a fault";
    EXPECT_EQ(value & 0x100, model->base & 0x100) << "who is the first processor does not change";
    model->base = value;
  }
  void Fence() const { model->is_fenced = true; }
  void MapRegisters() const { model->is_mapped = true; }
  std::uint32_t ReadWord(std::uint32_t offset) const {
    EXPECT_TRUE(model->is_mapped && !model->IsX2());
    return model->words[offset];
  }
  void WriteWord(std::uint32_t offset, std::uint32_t value) const {
    EXPECT_TRUE(model->is_mapped && !model->IsX2());
    model->is_fenced = false;
    model->writes.emplace_back(0xfee0'0000 + offset, value);
    model->words[offset] = value;
  }
};

using Writes = std::vector<std::pair<std::uint32_t, std::uint64_t>>;

TEST(LocalApicBus, AnOldCpuIsReachedByMemory) {
  Model model;
  LocalApicBus<Cpu> bus(Cpu{&model});
  bus.Enable();
  EXPECT_EQ(model.writes, (Writes{{kApicBase, 0xfee0'0900}}));
  EXPECT_TRUE(model.is_mapped);
  model.words[0x20] = 0x0300'0000;
  EXPECT_EQ(bus.Id(), 3U);
  model.writes.clear();
  bus.Write<local_apic::SVR>(0x1ff);
  bus.SendToSelf(0x42);
  EXPECT_EQ(model.writes, (Writes{{0xfee0'00f0, 0x1ff}, {0xfee0'0300, 0x4'0042}}));
  EXPECT_EQ(bus.Read<local_apic::SVR>().value, 0x1ffU);
}

TEST(LocalApicBus, OneThatFirmwareSwitchedOffAndMovedIsBack) {
  Model model = {.base = 0xfec0'0100, .words = {}, .writes = {}};
  LocalApicBus<Cpu> bus(Cpu{&model});
  bus.Enable();
  EXPECT_EQ(model.base, 0xfee0'0900U);
}

TEST(LocalApicBus, X2ApicIsSwitchedOnByWayOfTheOldMode) {
  for (const std::uint64_t base : {0xfee0'0900ULL, 0xfee0'0100ULL}) {
    Model model = {.has_x2 = true, .base = base, .words = {}, .writes = {}};
    LocalApicBus<Cpu> bus(Cpu{&model});
    bus.Enable();
    EXPECT_EQ(model.writes, (Writes{{kApicBase, 0xfee0'0900}, {kApicBase, 0xfee0'0d00}}));
    EXPECT_FALSE(model.is_mapped);
  }
}

TEST(LocalApicBus, WhereFirmwareLeftX2ApicOnThereIsNoWayBack) {
  Model model = {.has_x2 = true, .base = 0xfee0'0d00, .words = {}, .writes = {}};
  LocalApicBus<Cpu> bus(Cpu{&model});
  bus.Enable();
  EXPECT_EQ(model.writes, (Writes{{kApicBase, 0xfee0'0d00}}));
}

TEST(LocalApicBus, X2ApicIsMsrsWithAWideIdAndAnInterruptForOneself) {
  Model model = {.has_x2 = true, .words = {}, .writes = {}};
  LocalApicBus<Cpu> bus(Cpu{&model});
  bus.Enable();
  model.words[0x20] = 0x1234'5678;
  EXPECT_EQ(bus.Id(), 0x1234'5678U);
  model.writes.clear();
  bus.Write<local_apic::SVR>(0x1ff);
  bus.Write<local_apic::EOI>(0);
  bus.SendToSelf(0x42);
  EXPECT_EQ(model.writes, (Writes{{0x80f, 0x1ff}, {0x80b, 0}, {0x83f, 0x42}}));
}

// The whole start as the board does it, and deadlines: the CPU's faults are the model's failures.
TEST(LocalApicBus, TheDriverKeepsTheRulesInBothModes) {
  for (const bool has_x2 : {false, true}) {
    Model model = {.has_x2 = has_x2, .words = {}, .writes = {}};
    LocalApicBus<Cpu> bus(Cpu{&model});
    bus.Enable();
    LocalApic<LocalApicBus<Cpu>> apic(bus);
    apic.Initialize({.timer = 0xfe, .error = 0xfd, .spurious = 0xff});
    apic.UseDeadlines(0xfe);
    model.writes.clear();
    apic.SetDeadline(0x1'2345'6789);
    EXPECT_EQ(model.writes, (Writes{{0x6e0, 0x1'2345'6789}}));
    apic.EndOfInterrupt();
    static_cast<void>(apic.TakeErrors());
    apic.SetDeadline(0);
    EXPECT_EQ(model.words[0x320], 0x4'00feU);
    EXPECT_EQ(model.writes.back(), (std::pair<std::uint32_t, std::uint64_t>{0x6e0, 0}));
  }
}

}  // namespace
}  // namespace drivers::interrupt
