#include "drivers/bus/registers/registers.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "kernel/base/address.h"

namespace drivers {
namespace {

struct CONTROL : ReadWrite<4> {};
struct STATUS : ReadOnly<8> {};

struct COMMAND : WriteOnly<12, std::uint8_t> {};

template <typename Window, typename R>
concept CanBeWritten = requires(Window& window, R value) { window.Write(value); };
template <typename Window, typename R>
concept CanBeWrittenByValue = requires(Window& window) { window.template Write<R>(1); };
template <typename Window, typename R>
concept CanBeRead = requires(Window& window) { window.template Read<R>(); };

static_assert(CanBeWritten<RegisterWindow, CONTROL> && CanBeWritten<MappedRegisters, CONTROL>);
static_assert(CanBeWrittenByValue<MappedRegisters, CONTROL> && CanBeWrittenByValue<MappedRegisters, COMMAND>);
static_assert(!CanBeWritten<RegisterWindow, STATUS> && !CanBeWritten<MappedRegisters, STATUS>);
static_assert(!CanBeWrittenByValue<MappedRegisters, STATUS>);
static_assert(!CanBeWritten<RegisterWindow, std::uint32_t> && !CanBeWritten<MappedRegisters, std::uint32_t>);
static_assert(CanBeRead<RegisterWindow, STATUS> && CanBeRead<MappedRegisters, CONTROL>);
static_assert(!CanBeRead<RegisterWindow, COMMAND> && !CanBeRead<MappedRegisters, COMMAND>);

static_assert(AreInOrder<CONTROL, STATUS, COMMAND>() && AreInOrder<CONTROL, CONTROL>());
static_assert(!AreInOrder<CONTROL, COMMAND, STATUS>());

TEST(Registers, AWindowReadsAndWritesWhereARegisterIs) {
  std::array<std::uint32_t, 8> memory = {};
  MemoryWindow window(kernel::VirtualAddress{reinterpret_cast<std::uintptr_t>(memory.data())});
  CONTROL control;
  control.value = 7;
  window.Write(control);
  window.Write(control, 0x10);
  EXPECT_EQ(memory[1], 7u);
  EXPECT_EQ(memory[5], 7u);
  memory[2] = 9;
  EXPECT_EQ(window.Read<STATUS>().value, 9u);
}

TEST(Registers, MappedOnesAreReadAndWrittenAsWideAsTheyAre) {
  std::array<std::uint32_t, 8> memory = {};
  const MappedRegisters registers(kernel::VirtualAddress{reinterpret_cast<std::uintptr_t>(memory.data())});
  registers.Write<CONTROL>(7);
  CONTROL control;
  control.value = 8;
  registers.At(8).Write(control, 4);
  registers.Write<COMMAND>(0x55, 1);
  EXPECT_EQ(memory[1], 7u);
  EXPECT_EQ(memory[4], 8u);
  EXPECT_EQ(memory[3], 0x5500u);
  memory[2] = 9;
  EXPECT_EQ(registers.Read<STATUS>().value, 9u);
  EXPECT_TRUE(registers.are_there());
  EXPECT_FALSE(MappedRegisters().are_there());
}

TEST(Registers, BitsAreTakenOutAndPutInWithoutTheirNeighbours) {
  using Field = Bits<17, 2>;
  EXPECT_EQ(Field::kMask, 0x60000u);
  EXPECT_EQ(Field::Get(0xffffffff), 3u);
  EXPECT_EQ(Field::Set(0xffffffff, 1), 0xfffbffffu);
  EXPECT_EQ((Bits<0, 32>::kMask), 0xffffffffu);
}

}  // namespace
}  // namespace drivers
