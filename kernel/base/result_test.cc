#include "kernel/base/result.h"

#include "gtest/gtest.h"

namespace kernel {
namespace {

Result<int> Half(int value) {
  if (value % 2 != 0) return Fail(Error::kInvalidArgument);
  return value / 2;
}

TEST(Result, HoldsTheValue) {
  ASSERT_TRUE(Half(4).has_value());
  EXPECT_EQ(*Half(4), 2);
}

TEST(Result, HoldsTheError) {
  ASSERT_FALSE(Half(3).has_value());
  EXPECT_EQ(Half(3).error(), Error::kInvalidArgument);
}

}  // namespace
}  // namespace kernel
