// Counters and gauges with names and units, for a console or an endpoint.
//
//   KERNEL_METRIC constinit metrics::Counter frames_dropped("net_frames_dropped_total", "", "frames that no rule let
//   in");
//   ...
//   frames_dropped.Add();
//
// A metric is a constant-initialised object that the linker lays beside all others, so that nothing has to register it:
// it is there before the first constructor runs, and an image holds the metrics of the object files that it holds. Who
// never enumerates them pays 64 bytes and an addition each.
//
// Names are [OpenMetrics]'s: [a-z][a-z0-9_]*, a counter ends with _total, and the unit is the name's last word before
// that. Everything is interrupt-safe and neither blocks nor allocates, but a Callback does what its function does.
#ifndef ENKEL_KERNEL_METRICS_METRICS_H_
#define ENKEL_KERNEL_METRICS_METRICS_H_

#include <atomic>
#include <cstdint>
#include <string_view>

namespace kernel::metrics {

enum class Kind : std::uint8_t { kCounter, kGauge };

// One value of a metric; `label_value` is empty where the metric has no label.
struct Sample {
  std::string_view label_value;
  std::int64_t value;
};

// Gets the samples of one metric.
class Samples {
 public:
  virtual void Take(Sample sample) = 0;

 protected:
  ~Samples() = default;
};

// What all have in common. Sixty-four bytes, so that the linker's row of them is an array.
class alignas(64) Metric {
 public:
  Metric(const Metric&) = delete;
  Metric& operator=(const Metric&) = delete;

  const char* name() const { return name_; }
  const char* unit() const { return unit_; }    // "bytes", "seconds"; "" for none
  const char* help() const { return help_; }    // one sentence
  const char* label() const { return label_; }  // the label's name; null for none
  Kind kind() const { return kind_; }
  void Read(Samples& samples) const;

 protected:
  using Function = std::int64_t (*)();
  using Family = void (*)(Samples& samples);

  constexpr Metric(Kind kind, const char* name, const char* unit, const char* help)
      : name_(name), unit_(unit), help_(help), kind_(kind) {}
  constexpr Metric(Kind kind, const char* name, const char* unit, const char* help, Function function)
      : name_(name), unit_(unit), help_(help), function_(function), kind_(kind) {}
  constexpr Metric(Kind kind, const char* name, const char* unit, const char* help, const char* label, Family family)
      : name_(name), unit_(unit), help_(help), label_(label), family_(family), kind_(kind) {}

  std::atomic<std::int64_t> value_ = 0;

 private:
  const char* name_;
  const char* unit_;
  const char* help_;
  const char* label_ = nullptr;
  Function function_ = nullptr;
  Family family_ = nullptr;
  Kind kind_;
};

// Counts events since the start; never goes down.
class Counter : public Metric {
 public:
  constexpr Counter(const char* name, const char* unit, const char* help) : Metric(Kind::kCounter, name, unit, help) {}
  void Add(std::uint32_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  std::uint64_t value() const { return static_cast<std::uint64_t>(value_.load(std::memory_order_relaxed)); }
};

// A level that goes up and down.
class Gauge : public Metric {
 public:
  constexpr Gauge(const char* name, const char* unit, const char* help) : Metric(Kind::kGauge, name, unit, help) {}
  void Set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void Add(std::int64_t change) { value_.fetch_add(change, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }
};

// A number that its owner keeps already: `function()` reads it.
class Callback : public Metric {
 public:
  constexpr Callback(Kind kind, const char* name, const char* unit, const char* help, std::int64_t (*function)())
      : Metric(kind, name, unit, help, function) {}
};

// Several such numbers, told apart by the value of one label: `function(samples)` gives each.
class CallbackFamily : public Metric {
 public:
  constexpr CallbackFamily(Kind kind, const char* name, const char* unit, const char* help, const char* label,
                           void (*function)(Samples& samples))
      : Metric(kind, name, unit, help, label, function) {}
};

static_assert(sizeof(Metric) == 64 && sizeof(Counter) == 64 && sizeof(CallbackFamily) == 64);

// Stands before the definition of each metric, at namespace scope.
#define KERNEL_METRIC [[gnu::section("enkel_metrics")]]
// Of one that no code refers to, a Callback: it is in the image whenever its object file is.
#define KERNEL_METRIC_OF_ITS_OWN [[gnu::section("enkel_metrics"), gnu::used, gnu::retain]]

// Calls `visit(context, metric)` for every metric of the image.
void ForEach(void (*visit)(void* context, const Metric& metric), void* context);

// Writes every metric as [OpenMetrics] text, the closing "# EOF" included, in pieces of at most 256 bytes.
void Print(void (*write)(void* context, std::string_view text), void* context);

}  // namespace kernel::metrics

#endif  // ENKEL_KERNEL_METRICS_METRICS_H_
