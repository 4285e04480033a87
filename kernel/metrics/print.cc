// [OpenMetrics] "Text Format": for each metric its type, unit and help, then its samples.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/text.h"
#include "kernel/metrics/metrics.h"

namespace kernel::metrics {
namespace {

constexpr std::string_view kTotal = "_total";

// A counter's samples end with _total, its family's name does not.
std::string_view FamilyName(const Metric& metric) {
  const std::string_view name = metric.name();
  if (metric.kind() != Kind::kCounter || name.size() <= kTotal.size()) return name;
  const std::string_view end(name.data() + name.size() - kTotal.size(), kTotal.size());
  return end == kTotal ? std::string_view(name.data(), name.size() - kTotal.size()) : name;
}

class Printer final : public Samples {
 public:
  Printer(void (*write)(void* context, std::string_view text), void* context) : write_(write), context_(context) {}
  ~Printer() = default;

  void Print(const Metric& metric) {
    metric_ = &metric;
    const std::string_view family = FamilyName(metric);
    Write("# TYPE ", family, metric.kind() == Kind::kCounter ? " counter\n" : " gauge\n");
    if (*metric.unit() != '\0') Write("# UNIT ", family, " ", metric.unit(), "\n");
    Write("# HELP ", family, " ", metric.help(), "\n");
    metric.Read(*this);
  }

  void Take(Sample sample) override {
    if (metric_->label() == nullptr) {
      Write(metric_->name(), " ", sample.value, "\n");
      return;
    }
    Write(metric_->name(), "{", metric_->label(), "=\"");
    for (const char& c : sample.label_value) {
      if (c == '\n') {
        Write("\\n");
      } else if (c == '"' || c == '\\') {
        Write("\\", c);
      } else {
        Write(c);
      }
    }
    Write("\"} ", sample.value, "\n");
  }

  template <typename... Parts>
  void Write(const Parts&... parts) {
    std::array<char, 256> buffer;
    TextWriter writer(buffer);
    (writer << ... << parts);
    write_(context_, writer.text());
  }

 private:
  void (*write_)(void* context, std::string_view text);
  void* context_;
  const Metric* metric_ = nullptr;
};

}  // namespace

void Print(void (*write)(void* context, std::string_view text), void* context) {
  Printer printer(write, context);
  ForEach([](void* self, const Metric& metric) { static_cast<Printer*>(self)->Print(metric); }, &printer);
  printer.Write("# EOF\n");
}

}  // namespace kernel::metrics
