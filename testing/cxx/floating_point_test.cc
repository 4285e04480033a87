// Floating point: rounding, exceptions, and the functions that are not the processor's.
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <numbers>
#include <thread>

#include "gtest/gtest.h"

namespace {

// What the compiler cannot know.
template <typename T>
T Opaque(T value) {
  volatile T hidden = value;
  return hidden;
}

TEST(FloatingPoint, RoundsAsItIsTold) {
  struct Case {
    int mode;
    double positive, negative;
  };
  for (const Case& test :
       {Case{FE_TONEAREST, 2, -2}, Case{FE_UPWARD, 3, -2}, Case{FE_DOWNWARD, 2, -3}, Case{FE_TOWARDZERO, 2, -2}}) {
    ASSERT_EQ(std::fesetround(test.mode), 0);
    EXPECT_EQ(std::fegetround(), test.mode);
    EXPECT_EQ(std::nearbyint(Opaque(2.4)), test.positive);
    EXPECT_EQ(std::nearbyint(Opaque(-2.4)), test.negative);
    EXPECT_EQ(std::nearbyintl(Opaque(2.4L)), test.positive);
    EXPECT_EQ(std::nearbyintl(Opaque(-2.4L)), test.negative);
  }
  ASSERT_EQ(std::fesetround(FE_TONEAREST), 0);
}

TEST(FloatingPoint, RaisesAndClearsItsFlags) {
  std::feclearexcept(FE_ALL_EXCEPT);
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), 0);

  (void)Opaque(Opaque(1.0) / Opaque(0.0));
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), FE_DIVBYZERO);
  (void)Opaque(Opaque(1.0) / Opaque(3.0));
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), FE_DIVBYZERO | FE_INEXACT);
  std::feclearexcept(FE_INEXACT);
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), FE_DIVBYZERO);
  std::feraiseexcept(FE_INVALID);
  EXPECT_EQ(std::fetestexcept(FE_INVALID | FE_OVERFLOW), FE_INVALID);
  std::feclearexcept(FE_ALL_EXCEPT);
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), 0);
}

// Where a long double has 64 bits of mantissa, a unit of its own computes it (x87); elsewhere software does, without
// flags.
#if LDBL_MANT_DIG == 64
TEST(FloatingPoint, TheUnitForLongDoublesSharesTheFlags) {
  std::feclearexcept(FE_ALL_EXCEPT);
  (void)Opaque(Opaque(1.0L) / Opaque(3.0L));
  std::feraiseexcept(FE_INVALID);
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), FE_INEXACT | FE_INVALID);
  std::feclearexcept(FE_INEXACT);
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), FE_INVALID);
  (void)Opaque(Opaque(1.0L) / Opaque(3.0L));
  std::feclearexcept(FE_INVALID);
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), FE_INEXACT);
  std::feclearexcept(FE_ALL_EXCEPT);
}
#endif

TEST(FloatingPoint, TheEnvironmentCanBeKeptAndPutBack) {
  std::feclearexcept(FE_ALL_EXCEPT);
  std::fesetround(FE_UPWARD);
  std::feraiseexcept(FE_OVERFLOW);
  std::fenv_t kept;
  ASSERT_EQ(std::fegetenv(&kept), 0);
  ASSERT_EQ(std::fesetenv(FE_DFL_ENV), 0);
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), 0);
  ASSERT_EQ(std::fesetenv(&kept), 0);
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  EXPECT_EQ(std::fetestexcept(FE_ALL_EXCEPT), FE_OVERFLOW);
  std::fesetenv(FE_DFL_ENV);
}

TEST(FloatingPoint, EachThreadHasItsOwnRounding) {
  std::fesetround(FE_DOWNWARD);
  int other = -1;
  std::thread([&other] {
    std::fesetround(FE_UPWARD);
    std::this_thread::yield();
    other = std::fegetround();
  }).join();
  EXPECT_EQ(other, FE_UPWARD);
  EXPECT_EQ(std::fegetround(), FE_DOWNWARD);
  std::fesetround(FE_TONEAREST);
}

TEST(FloatingPoint, ElementaryFunctionsAreRight) {
  EXPECT_DOUBLE_EQ(std::exp(Opaque(1.0)), std::numbers::e);
  EXPECT_DOUBLE_EQ(std::sin(Opaque(1e6)), -0.34999350217129294);
  EXPECT_DOUBLE_EQ(std::pow(Opaque(2.0), Opaque(0.5)), std::numbers::sqrt2);
  EXPECT_DOUBLE_EQ(std::tgamma(Opaque(10.0)), 362'880);
  EXPECT_EQ(std::sqrt(Opaque(1e100)), 1e50);
  // (1 + 2^-28) (1 - 2^-28) - 1 is not zero when it is rounded once.
  EXPECT_EQ(std::fma(Opaque(1 + 0x1p-28), Opaque(1 - 0x1p-28), Opaque(-1.0)), -0x1p-56);
}

TEST(FloatingPoint, LongDoublesHaveTheirOwnFunctions) {
  // Where long double has 113 bits, musl computes some of these functions with the precision of double.
  const double tolerance = LDBL_MANT_DIG == 64 ? 4 * LDBL_EPSILON : 4 * DBL_EPSILON;
  const auto relative_error = [](long double value, long double exact) {
    return static_cast<double>(std::fabs(value / exact - 1));
  };
  EXPECT_EQ(std::exp2l(Opaque(10.0L)), 1024.0L);
  EXPECT_LT(relative_error(std::exp2l(Opaque(0.5L)), 1.41421356237309504880168872420969808L), tolerance);
  EXPECT_LT(relative_error(std::expm1l(Opaque(1e-10L)), 1.00000000005000000000166666666671e-10L), tolerance);
  EXPECT_LT(relative_error(std::logl(Opaque(2.71828182845904523536028747135266250L)), 1), tolerance);
  EXPECT_EQ(std::expm1l(Opaque(0.0L)), 0.0L);
  EXPECT_TRUE(std::isinf(std::exp2l(Opaque(20'000.0L))));
}

}  // namespace
