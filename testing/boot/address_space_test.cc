// The live page tables, walked entry by entry: nothing is both writable and executable, and what must not be mapped is
// not.
#include <pthread.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/arch/address_space.h"
#include "kernel/base/address.h"

// kernel/boot/image.ld
extern "C" const char __image_start[], __image_end[], __text_end[], __constants_end[], __late_read_only_start[],
    __late_read_only_end[], __boot_tables_start[], __boot_tables_end[], __exception_stack_guard[],
    __exception_stack_top[], __interrupt_stack_guard[], __interrupt_stack_top[], __stack_guard[], __stack_bottom[],
    __stack_top[];

// kernel/event/loop_stack.cc: its first page is a guard, closed when the first thread is made.
extern "C" const char EnkelLoopStack[];

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

// Something of everything, and more than once: a heap that grew and shrank, threads that are gone, memory that was
// reserved, opened, closed and given back in parts.
class AddressSpace : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (std::size_t size = 1; size <= 16'000'000; size *= 2) std::vector<char> bytes(size, 'x');
    std::vector<std::thread> threads;
    for (int i = 0; i < 20; ++i) threads.emplace_back([] { std::vector<char> bytes(100'000, 'x'); });
    for (std::thread& thread : threads) thread.join();
    constexpr std::size_t kPage = kernel::kPageSize;
    std::mt19937 random(7);
    for (int i = 0; i < 500; ++i) {
      const std::size_t pages = 3 + random() % 60;
      auto* bytes =
          static_cast<char*>(mmap(nullptr, pages * kPage, random() % 2 == 0 ? PROT_NONE : PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
      ASSERT_NE(bytes, MAP_FAILED);
      ASSERT_EQ(mprotect(bytes + kPage, kPage, PROT_READ | PROT_WRITE), 0);
      bytes[kPage] = 'x';
      ASSERT_EQ(mprotect(bytes, pages * kPage, PROT_READ), 0);
      ASSERT_EQ(munmap(bytes + kPage, kPage), 0);
      ASSERT_EQ(munmap(bytes, kPage), 0);
      if (random() % 8 != 0) ASSERT_EQ(munmap(bytes + 2 * kPage, (pages - 2) * kPage), 0);
    }
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
    if (page == AddressOf(__stack_guard) || page == AddressOf(EnkelLoopStack)) continue;
    const Mapping* mapping = Find(mappings, page);
    ASSERT_NE(mapping, nullptr) << std::hex << page;
    EXPECT_TRUE(mapping->readable);
    const bool is_constant = page < AddressOf(__constants_end);
    const bool is_late = page >= AddressOf(__late_read_only_start) && page < AddressOf(__late_read_only_end);
    const bool is_table = page >= AddressOf(__boot_tables_start) && page < AddressOf(__boot_tables_end);
    if (is_constant || is_late || is_table) EXPECT_FALSE(mapping->writable) << std::hex << page;
    if (page >= AddressOf(__stack_bottom)) EXPECT_TRUE(mapping->writable) << std::hex << page;
  }
}

TEST_F(AddressSpace, EveryPageTableIsReadOnly) {
  const std::vector<Mapping> mappings = Mappings();
  std::vector<std::uint64_t> tables;
  tables.reserve(10'000);
  kernel::arch::ForEachTable(
      [](void* context, kernel::PhysicalAddress table) {
        static_cast<std::vector<std::uint64_t>*>(context)->push_back(table.value);
      },
      &tables);
  EXPECT_GT(tables.size(), 15u);
  for (const std::uint64_t table : tables) {
    for (const Mapping& mapping : mappings) {
      if (table - mapping.physical.value < mapping.size) EXPECT_FALSE(mapping.writable) << std::hex << table;
    }
  }
}

// What one can write, nobody else reads under another address, and the other way round.
TEST_F(AddressSpace, NoFrameHasTwoAddresses) {
  std::vector<Mapping> mappings = Mappings();
  std::ranges::sort(mappings, {}, [](const Mapping& mapping) { return mapping.physical.value; });
  for (std::size_t i = 1; i < mappings.size(); ++i) {
    EXPECT_GE(mappings[i].physical.value, mappings[i - 1].physical.value + mappings[i - 1].size)
        << std::hex << mappings[i - 1].virtual_address.value << " and " << mappings[i].virtual_address.value;
  }
}

TEST_F(AddressSpace, OnlyImageAndDevicesAreWhereTheirPhysicalAddressSays) {
  for (const Mapping& mapping : Mappings()) {
    if (mapping.virtual_address.value != mapping.physical.value) continue;
    const bool is_image = mapping.virtual_address.value >= AddressOf(__image_start) &&
                          mapping.virtual_address.value + mapping.size <= AddressOf(__image_end);
    EXPECT_TRUE(is_image || mapping.type == kernel::arch::MemoryType::kDevice)
        << std::hex << mapping.virtual_address.value;
  }
}

TEST_F(AddressSpace, TheFirst64KiBAreUnmapped) {
  for (const Mapping& mapping : Mappings()) EXPECT_GE(mapping.virtual_address.value, 0x10000u);
}

TEST_F(AddressSpace, MainRunsBetweenTwoGuardsFarFromTheHeap) {
  const std::vector<Mapping> mappings = Mappings();
  const auto here = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
  ASSERT_NE(Find(mappings, here), nullptr);
  std::uint64_t bottom = kernel::RoundDown(here, kernel::kPageSize);
  while (Find(mappings, bottom - kernel::kPageSize) != nullptr) bottom -= kernel::kPageSize;
  std::uint64_t top = kernel::RoundUp(here, kernel::kPageSize);
  while (Find(mappings, top) != nullptr) top += kernel::kPageSize;
  EXPECT_EQ(top - bottom, 256u * 1024);
  for (const Mapping& mapping : mappings) {
    const std::uint64_t first = mapping.virtual_address.value;
    if (first >= bottom && first < top) continue;
    EXPECT_TRUE(first + mapping.size + (1 << 30) <= bottom || first >= top + (1 << 30)) << std::hex << first;
  }
}

TEST_F(AddressSpace, AThreadRunsBetweenTwoGuards) {
  std::thread([] {
    const auto here = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
    pthread_attr_t attributes;
    ASSERT_EQ(pthread_getattr_np(pthread_self(), &attributes), 0);
    void* bottom = nullptr;
    std::size_t size = 0;
    ASSERT_EQ(pthread_attr_getstack(&attributes, &bottom, &size), 0);
    const std::vector<Mapping> mappings = Mappings();
    std::uint64_t end = kernel::RoundUp(here, kernel::kPageSize);
    while (Find(mappings, end) != nullptr) end += kernel::kPageSize;
    std::uint64_t begin = kernel::RoundDown(here, kernel::kPageSize);
    while (Find(mappings, begin - kernel::kPageSize) != nullptr) begin -= kernel::kPageSize;
    // Nothing but the stack and the thread's own data lies between two pages without access.
    EXPECT_EQ(begin, reinterpret_cast<std::uint64_t>(bottom));
    EXPECT_LE(end - begin, size + 16'384);
    EXPECT_TRUE(kernel::arch::IsGuard({end}));
  }).join();
}

TEST_F(AddressSpace, AGuardLiesAboveEveryMappingAndMalloc) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{5}, std::size_t{600}}) {
    auto* bytes = static_cast<char*>(
        mmap(nullptr, size * kernel::kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ASSERT_NE(bytes, MAP_FAILED);
    const auto end = reinterpret_cast<std::uint64_t>(bytes) + size * kernel::kPageSize;
    EXPECT_TRUE(kernel::arch::IsGuard({end}));
    EXPECT_EQ(Find(Mappings(), end), nullptr);
    EXPECT_EQ(munmap(bytes, size * kernel::kPageSize), 0);
  }
}

TEST_F(AddressSpace, NothingExecutableCanBeMade) {
  void* const bytes = mmap(nullptr, kernel::kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(bytes, MAP_FAILED);
  const kernel::VirtualAddress page = {reinterpret_cast<std::uint64_t>(bytes)};
  constexpr auto kExecute = kernel::arch::Access::kReadExecute;
  EXPECT_EQ(kernel::arch::Protect(page, kernel::kPageSize, kExecute).error(), kernel::Error::kInvalidArgument);
  EXPECT_EQ(kernel::arch::Map(page, *kernel::arch::Translate(page), kernel::kPageSize, kExecute,
                              kernel::arch::MemoryType::kNormal)
                .error(),
            kernel::Error::kInvalidArgument);
  EXPECT_EQ(munmap(bytes, kernel::kPageSize), 0);
}

TEST_F(AddressSpace, TheStacksOfTheKernelLieBetweenGuards) {
  const std::vector<Mapping> mappings = Mappings();
  EXPECT_EQ(Find(mappings, AddressOf(__stack_top)), nullptr);
  EXPECT_EQ(Find(mappings, AddressOf(__interrupt_stack_top)), nullptr);
  EXPECT_EQ(Find(mappings, AddressOf(__exception_stack_top)), nullptr);
  EXPECT_EQ(Find(mappings, AddressOf(__stack_guard)), nullptr);
  EXPECT_EQ(Find(mappings, AddressOf(__exception_stack_guard)), nullptr);
  EXPECT_EQ(Find(mappings, AddressOf(__interrupt_stack_guard)), nullptr);
  EXPECT_EQ(Find(mappings, AddressOf(EnkelLoopStack)), nullptr);
}

TEST_F(AddressSpace, DevicesAreNeitherCachedNorExecutable) {
  for (const Mapping& mapping : Mappings()) {
    if (mapping.type == kernel::arch::MemoryType::kDevice) EXPECT_FALSE(mapping.executable);
  }
}

}  // namespace
