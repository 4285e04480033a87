#include "kernel/panic/backtrace.h"

#include <array>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/arch/address_space.h"

namespace {

std::vector<kernel::arch::Mapping> mappings;

}  // namespace

namespace kernel::arch {

void ForEachMapping(void (*visit)(void* context, const Mapping& mapping), void* context) {
  for (const Mapping& mapping : mappings) visit(context, mapping);
}

}  // namespace kernel::arch

namespace kernel::panic {
namespace {

class Backtrace : public testing::Test {
 protected:
  Backtrace() { mappings = {Readable(0, sizeof(stack_))}; }

  // Also of words beyond the stack, which nothing may read.
  std::uint64_t At(std::size_t word) const {
    return reinterpret_cast<std::uint64_t>(stack_.data()) + word * sizeof(std::uint64_t);
  }
  arch::Mapping Readable(std::size_t word, std::uint64_t size) const {
    return {.virtual_address = {At(word)},
            .physical = {At(word)},
            .size = size,
            .readable = true,
            .writable = true,
            .executable = false,
            .type = arch::MemoryType::kNormal};
  }
  void Frame(std::size_t word, std::uint64_t caller, std::uint64_t return_address) {
    stack_[word] = caller;
    stack_[word + 1] = return_address;
  }
  std::vector<std::uint64_t> Walk(std::uint64_t frame_pointer) {
    std::array<std::uint64_t, 8> addresses;
    const std::size_t count = WalkFrames(frame_pointer, addresses);
    return {addresses.begin(), addresses.begin() + static_cast<std::ptrdiff_t>(count)};
  }

  alignas(16) std::array<std::uint64_t, 64> stack_ = {};
};

TEST_F(Backtrace, FollowsTheChainToItsEnd) {
  Frame(0, At(10), 0x100);
  Frame(10, At(20), 0x200);
  Frame(20, 0, 0x300);
  EXPECT_EQ(Walk(At(0)), (std::vector<std::uint64_t>{0x100, 0x200, 0x300}));
}

TEST_F(Backtrace, EndsAtAReturnAddressOfZero) {
  Frame(0, At(10), 0x100);
  Frame(10, At(20), 0);
  EXPECT_EQ(Walk(At(0)), (std::vector<std::uint64_t>{0x100}));
}

TEST_F(Backtrace, ReadsNothingThatIsNotMapped) {
  EXPECT_TRUE(Walk(0).empty());
  EXPECT_TRUE(Walk(0x10).empty());
  EXPECT_TRUE(Walk(UINT64_MAX - 7).empty());
  EXPECT_TRUE(Walk(At(64)).empty());
  EXPECT_TRUE(Walk(At(63)).empty()) << "half of the frame is outside";
}

TEST_F(Backtrace, EndsAtAMisalignedFrame) {
  Frame(0, At(10) + 4, 0x100);
  EXPECT_EQ(Walk(At(0)), (std::vector<std::uint64_t>{0x100}));
}

TEST_F(Backtrace, DoesNotRunInCircles) {
  Frame(0, At(10), 0x100);
  Frame(10, At(0), 0x200);
  EXPECT_EQ(Walk(At(0)), (std::vector<std::uint64_t>{0x100, 0x200}));
  Frame(0, At(0), 0x100);
  EXPECT_EQ(Walk(At(0)), (std::vector<std::uint64_t>{0x100}));
}

TEST_F(Backtrace, GoesOnceDownToAnotherStack) {
  mappings = {Readable(0, 8 * 8), Readable(20, 8 * 8)};
  Frame(20, At(22), 0x100);
  Frame(22, At(2), 0x200);
  Frame(2, At(24), 0x300);
  Frame(24, At(4), 0x400);
  EXPECT_EQ(Walk(At(20)), (std::vector<std::uint64_t>{0x100, 0x200, 0x300, 0x400}));
}

TEST_F(Backtrace, EndsWhenTheRoomIsFull) {
  for (std::size_t i = 0; i < 30; ++i) Frame(2 * i, At(2 * i + 2), i + 1);
  EXPECT_EQ(Walk(At(0)).size(), 8u);
}

TEST_F(Backtrace, CrossesFromMappingToMapping) {
  mappings = {Readable(0, 10 * 8), Readable(10, 6 * 8), Readable(16, 4 * 8), Readable(30, 4 * 8)};
  Frame(8, At(15), 0x100);
  Frame(15, At(30), 0x200);
  Frame(30, At(32), 0x300);
  Frame(32, At(40), 0x400);
  EXPECT_EQ(Walk(At(8)), (std::vector<std::uint64_t>{0x100, 0x200, 0x300, 0x400}));
}

}  // namespace
}  // namespace kernel::panic
