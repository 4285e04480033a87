// The live page tables, walked entry by entry: nothing is both writable and executable, and what must not be mapped is
// not.
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"

// kernel/boot/image.ld
extern "C" const char __image_start[], __text_end[], __constants_end[], __exception_stack_guard[],
    __interrupt_stack_guard[], __stack_guard[], __stack_bottom[], __stack_top[];

namespace {

using kernel::arch::Mapping;

std::vector<Mapping> Mappings() {
  std::vector<Mapping> mappings;
  mappings.reserve(10'000);  // the walk must not change what it walks
  kernel::arch::ForEachMapping(
      [](void* context, const Mapping& mapping) { static_cast<std::vector<Mapping>*>(context)->push_back(mapping); },
      &mappings);
  return mappings;
}

std::uint64_t AddressOf(const char* symbol) { return reinterpret_cast<std::uintptr_t>(symbol); }

// The mapping of an address, or null.
const Mapping* Find(const std::vector<Mapping>& mappings, std::uint64_t address) {
  for (const Mapping& mapping : mappings) {
    if (address - mapping.virtual_address.value < mapping.size) return &mapping;
  }
  return nullptr;
}

// Something of everything: a heap that grew and shrank, a thread that is gone.
class AddressSpace : public testing::Test {
 protected:
  void SetUp() override {
    for (std::size_t size = 1; size <= 16'000'000; size *= 2) std::vector<char> bytes(size, 'x');
    std::thread([] {}).join();
  }
};

TEST_F(AddressSpace, NoPageIsWritableAndExecutable) {
  const std::vector<Mapping> mappings = Mappings();
  ASSERT_GT(mappings.size(), 10u);
  for (const Mapping& mapping : mappings) {
    EXPECT_FALSE(mapping.writable && mapping.executable) << std::hex << mapping.virtual_address.value;
  }
}

TEST_F(AddressSpace, NoFrameIsWritableUnderOneAddressAndExecutableUnderAnother) {
  const std::vector<Mapping> mappings = Mappings();
  for (const Mapping& code : mappings) {
    if (!code.executable) continue;
    for (const Mapping& data : mappings) {
      if (!data.writable) continue;
      const bool disjoint = code.physical.value + code.size <= data.physical.value ||
                            data.physical.value + data.size <= code.physical.value;
      EXPECT_TRUE(disjoint) << std::hex << code.virtual_address.value << " and " << data.virtual_address.value;
    }
  }
}

TEST_F(AddressSpace, OnlyTheTextIsExecutable) {
  std::uint64_t bytes = 0;
  for (const Mapping& mapping : Mappings()) {
    if (!mapping.executable) continue;
    bytes += mapping.size;
    EXPECT_GE(mapping.virtual_address.value, AddressOf(__image_start));
    EXPECT_LE(mapping.virtual_address.value + mapping.size, AddressOf(__text_end));
  }
  EXPECT_EQ(bytes, AddressOf(__text_end) - AddressOf(__image_start));
}

TEST_F(AddressSpace, ConstantsAreReadOnlyAndDataIsNot) {
  const std::vector<Mapping> mappings = Mappings();
  for (std::uint64_t page = AddressOf(__text_end); page < AddressOf(__stack_top); page += kernel::kPageSize) {
    if (page == AddressOf(__exception_stack_guard) || page == AddressOf(__interrupt_stack_guard)) continue;
    if (page == AddressOf(__stack_guard)) continue;
    const Mapping* mapping = Find(mappings, page);
    ASSERT_NE(mapping, nullptr) << std::hex << page;
    EXPECT_TRUE(mapping->readable);
    if (page < AddressOf(__constants_end)) EXPECT_FALSE(mapping->writable) << std::hex << page;
    if (page >= AddressOf(__stack_bottom)) EXPECT_TRUE(mapping->writable) << std::hex << page;
  }
}

TEST_F(AddressSpace, PageZeroAndTheGuardsAreUnmapped) {
  const std::vector<Mapping> mappings = Mappings();
  EXPECT_EQ(Find(mappings, 0), nullptr);
  EXPECT_EQ(Find(mappings, AddressOf(__stack_guard)), nullptr);
  EXPECT_EQ(Find(mappings, AddressOf(__exception_stack_guard)), nullptr);
  EXPECT_EQ(Find(mappings, AddressOf(__interrupt_stack_guard)), nullptr);
}

TEST_F(AddressSpace, DevicesAreNeitherCachedNorExecutable) {
  for (const Mapping& mapping : Mappings()) {
    if (mapping.type == kernel::arch::MemoryType::kDevice) EXPECT_FALSE(mapping.executable);
  }
}

}  // namespace
