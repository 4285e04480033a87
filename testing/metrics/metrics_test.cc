// The metrics of a program, inside its image: the linker alone has collected them.
#include "kernel/metrics/metrics.h"

#include <cstdio>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace kernel::metrics {
namespace {

KERNEL_METRIC constinit Counter frames("test_frames_total", "", "frames seen");
KERNEL_METRIC_OF_ITS_OWN constinit Callback answer(Kind::kGauge, "test_answer", "", "the answer",
                                                   [] { return std::int64_t{42}; });

std::string Printed() {
  std::string text;
  Print([](void* context, std::string_view piece) { *static_cast<std::string*>(context) += piece; }, &text);
  return text;
}

TEST(Metrics, OfWhatTheImageHoldsAreThereAndNoOthers) {
  frames.Add(3);
  const std::string text = Printed();
  std::fwrite(text.data(), 1, text.size(), stdout);
  EXPECT_NE(text.find("\ntest_frames_total 3\n"), std::string::npos);
  EXPECT_NE(text.find("\ntest_answer 42\n"), std::string::npos);
  EXPECT_EQ(text.find("never_called"), std::string::npos) << "the linker keeps what nobody uses";
}

}  // namespace
}  // namespace kernel::metrics
