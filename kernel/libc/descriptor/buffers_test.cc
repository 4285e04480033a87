#include "kernel/libc/descriptor/buffers.h"

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace kernel::libc {
namespace {

const std::byte* Bytes(std::string_view text) { return reinterpret_cast<const std::byte*>(text.data()); }

TEST(Buffers, StoreFillsThePiecesInOrderAndSkipsEmptyOnes) {
  std::string a(2, '.'), b(3, '.');
  const std::array<iovec, 4> parts = {{{a.data(), a.size()}, {nullptr, 0}, {b.data(), b.size()}, {nullptr, 0}}};
  Buffers buffers(parts.data(), 5);
  EXPECT_EQ(buffers.Store(Bytes("wxyz"), 3), 3u);
  EXPECT_EQ(buffers.size(), 2u);
  EXPECT_EQ(a, "wx");
  EXPECT_EQ(b, "y..");
  EXPECT_EQ(buffers.Store(Bytes("12345"), 5), 2u);
  EXPECT_EQ(b, "y12");
  EXPECT_EQ(buffers.size(), 0u);
  EXPECT_TRUE(buffers.Front().empty());
}

TEST(Buffers, LoadGathersAndStopsAtTheLimitOfTheTransfer) {
  std::string a = "abc", b = "def";
  const std::array<iovec, 2> parts = {{{a.data(), a.size()}, {b.data(), b.size()}}};
  Buffers buffers(parts.data(), 5);
  std::array<std::byte, 8> out = {};
  EXPECT_EQ(buffers.Load(out.data(), out.size()), 5u);
  EXPECT_EQ(std::memcmp(out.data(), "abcde", 5), 0);
}

TEST(Buffers, ACopyIsTakenIndependently) {
  std::string text = "abcd";
  Buffers buffers(text.data(), text.size());
  buffers.Advance(1);
  Buffers copy(buffers);
  copy.Advance(3);
  EXPECT_EQ(copy.size(), 0u);
  EXPECT_EQ(buffers.size(), 3u);
  EXPECT_EQ(static_cast<char>(buffers.Front()[0]), 'b');
}

TEST(Buffers, NothingHasNoFront) {
  Buffers buffers(static_cast<void*>(nullptr), 0);
  EXPECT_TRUE(buffers.Front().empty());
  EXPECT_EQ(buffers.Take(7, [](std::span<std::byte>) { FAIL(); }), 0u);
}

}  // namespace
}  // namespace kernel::libc
