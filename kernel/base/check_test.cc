#include "kernel/base/check.h"

#include "gtest/gtest.h"

namespace kernel {
namespace {

TEST(Check, EvaluatesTheConditionOnce) {
  int evaluations = 0;
  CHECK(++evaluations == 1);
  EXPECT_EQ(evaluations, 1);
}

TEST(CheckDeathTest, NamesTheBrokenPromise) { EXPECT_DEATH(CHECK(1 + 1 == 3), "CHECK\\(1 \\+ 1 == 3\\) failed"); }

}  // namespace
}  // namespace kernel
