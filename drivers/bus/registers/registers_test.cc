#include "drivers/bus/registers/registers.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "kernel/base/address.h"

namespace drivers {
namespace {

struct CONTROL : ReadWrite<4> {};
struct STATUS : ReadOnly<8> {};

template <typename R>
concept CanBeWritten = requires(RegisterWindow& window, R value) { window.Write(value); };
static_assert(CanBeWritten<CONTROL>);
static_assert(!CanBeWritten<STATUS>);
static_assert(!CanBeWritten<std::uint32_t>);

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

TEST(Registers, BitsAreTakenOutAndPutInWithoutTheirNeighbours) {
  using Field = Bits<17, 2>;
  EXPECT_EQ(Field::kMask, 0x60000u);
  EXPECT_EQ(Field::Get(0xffffffff), 3u);
  EXPECT_EQ(Field::Set(0xffffffff, 1), 0xfffbffffu);
  EXPECT_EQ((Bits<0, 32>::kMask), 0xffffffffu);
}

}  // namespace
}  // namespace drivers
