#include "apps/http/live.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/text.h"
#include "kernel/base/time.h"
#include "kernel/event/run.h"
#include "kernel/metrics/metrics.h"
#include "kernel/time/clock.h"
#include "net/http/exchange.h"
#include "net/http/response.h"
#include "net/http/server.h"

namespace {

namespace http = net::http;
namespace metrics = kernel::metrics;

constinit http::Server* served = nullptr;

template <std::uint64_t http::Counters::* kMember>
std::int64_t Served() {
  return served == nullptr ? 0 : static_cast<std::int64_t>(served->counters().*kMember);
}

using metrics::Callback;
using metrics::Kind;

KERNEL_METRIC_OF_ITS_OWN constinit Callback requests(Kind::kCounter, "http_requests_total", "",
                                                     "requests that were read", &Served<&http::Counters::requests>);
KERNEL_METRIC_OF_ITS_OWN constinit Callback connections(Kind::kCounter, "http_connections_total", "",
                                                        "connections that were served",
                                                        &Served<&http::Counters::connections>);
KERNEL_METRIC_OF_ITS_OWN constinit Callback open_now(Kind::kGauge, "http_open_connections", "", "connections now", [] {
  return served == nullptr ? 0 : static_cast<std::int64_t>(served->connections());
});
KERNEL_METRIC_OF_ITS_OWN constinit Callback malformed(Kind::kCounter, "http_malformed_total", "",
                                                      "requests that were refused for their form",
                                                      &Served<&http::Counters::malformed>);
KERNEL_METRIC_OF_ITS_OWN constinit Callback timeouts(Kind::kCounter, "http_timeouts_total", "",
                                                     "connections that were ended for their slowness",
                                                     &Served<&http::Counters::timeouts>);
constinit kernel::Instant start;
KERNEL_METRIC_OF_ITS_OWN constinit Callback boot(Kind::kGauge, "boot_nanoseconds", "nanoseconds",
                                                 "time from the clock's start, at power-on, to main()",
                                                 [] { return start.nanoseconds; });
KERNEL_METRIC_OF_ITS_OWN constinit Callback uptime(Kind::kGauge, "uptime_nanoseconds", "nanoseconds",
                                                   "time since the clock's start, at power-on",
                                                   [] { return kernel::time::Now().nanoseconds; });

// "name":value for a metric without a label, "name{label}":value for each sample of one with a label.
class Json final : public metrics::Samples {
 public:
  explicit Json(std::span<char> storage) : writer_(storage) {}

  void Add(const metrics::Metric& metric) {
    metric_ = &metric;
    metric.Read(*this);
  }
  void Take(metrics::Sample sample) override {
    writer_ << (is_first_ ? "data: {\"" : ",\"") << metric_->name();
    is_first_ = false;
    if (metric_->label() != nullptr) writer_ << "{" << sample.label_value << "}";
    writer_ << "\":" << sample.value;
  }
  std::string_view Finish() { return (writer_ << "}\n\n").text(); }

 private:
  kernel::TextWriter writer_;
  const metrics::Metric* metric_ = nullptr;
  bool is_first_ = true;
};

// Every number of the machine, as one event. [WHATWG HTML] 9.2.6
std::string_view WriteEvent(std::span<char> storage) {
  Json json(storage);
  metrics::ForEach([](void* self, const metrics::Metric& metric) { static_cast<Json*>(self)->Add(metric); }, &json);
  return json.Finish();
}

// Ends when the client does: the next write says so.
kernel::Task<> Events(http::Exchange& exchange) {
  std::array<char, 4096> storage;
  http::Response head(http::Status::kOk, "text/event-stream", {});
  if (!co_await exchange.Begin(head.Add("cache-control", "no-store"))) co_return;
  while (co_await exchange.Write(WriteEvent(storage))) co_await kernel::Sleep(std::chrono::seconds(1));
}

kernel::Task<> Metrics(http::Exchange& exchange) {
  std::array<char, 16384> storage;
  kernel::TextWriter writer(storage);
  metrics::Print([](void* to, std::string_view piece) { *static_cast<kernel::TextWriter*>(to) << piece; }, &writer);
  constexpr std::string_view kType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  static_cast<void>(co_await exchange.Send(http::Response(http::Status::kOk, kType, writer.text())));
}

}  // namespace

void NoteStart() { start = kernel::time::Now(); }

void AddLive(http::Server& server) {
  served = &server;
  server.Get("/events", &Events);
  server.Get("/metrics", &Metrics);
}
