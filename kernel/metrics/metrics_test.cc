#include "kernel/metrics/metrics.h"

#include <map>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace kernel::metrics {
namespace {

KERNEL_METRIC constinit Counter frames("test_frames_total", "", "frames seen");
KERNEL_METRIC constinit Gauge level("test_level_bytes", "bytes", "how full it is");
KERNEL_METRIC_OF_ITS_OWN constinit Callback clock_metric(Kind::kGauge, "test_clock_seconds", "seconds", "the time",
                                                         [] { return std::int64_t{1234}; });
KERNEL_METRIC_OF_ITS_OWN constinit CallbackFamily family(Kind::kCounter, "test_runs_total", "", "runs of each", "who",
                                                         [](Samples& samples) {
                                                           samples.Take({"one", 1});
                                                           samples.Take({"a \"b\" \\ \n", 2});
                                                         });

// Used before main() by a constructor: nothing depends on the order.
[[maybe_unused]] const bool counted_early = [] {
  frames.Add(5);
  return true;
}();

std::string Printed() {
  std::string text;
  Print([](void* context, std::string_view piece) { *static_cast<std::string*>(context) += piece; }, &text);
  return text;
}

TEST(Metrics, AllOfTheImageAreFoundWithoutRegistration) {
  std::map<std::string, Kind> found;
  ForEach(
      [](void* context, const Metric& metric) {
        static_cast<std::map<std::string, Kind>*>(context)->emplace(metric.name(), metric.kind());
      },
      &found);
  EXPECT_EQ(found, (std::map<std::string, Kind>{{"test_frames_total", Kind::kCounter},
                                                {"test_level_bytes", Kind::kGauge},
                                                {"test_clock_seconds", Kind::kGauge},
                                                {"test_runs_total", Kind::kCounter}}));
}

TEST(Metrics, CountWhatHappensAlsoBeforeMain) {
  EXPECT_EQ(frames.value(), 5u);
  frames.Add();
  EXPECT_EQ(frames.value(), 6u);
  level.Set(100);
  level.Add(-30);
  EXPECT_EQ(level.value(), 70);
}

TEST(Metrics, ArePrintedAsOpenMetrics) {
  level.Set(-3);
  const std::string text = Printed();
  const auto has = [&text](std::string_view part) { return text.find(part) != std::string::npos; };
  EXPECT_TRUE(has("# TYPE test_frames counter\n# HELP test_frames frames seen\ntest_frames_total ")) << text;
  EXPECT_TRUE(
      has("# TYPE test_level_bytes gauge\n# UNIT test_level_bytes bytes\n# HELP test_level_bytes how full it "
          "is\ntest_level_bytes -3\n"))
      << text;
  EXPECT_TRUE(has("test_clock_seconds 1234\n")) << text;
  EXPECT_TRUE(has("test_runs_total{who=\"one\"} 1\ntest_runs_total{who=\"a \\\"b\\\" \\\\ \\n\"} 2\n")) << text;
  EXPECT_TRUE(text.ends_with("# EOF\n")) << text;
}

}  // namespace
}  // namespace kernel::metrics
