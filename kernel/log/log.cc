#include "kernel/log/log.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/text.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/log/echo.h"
#include "kernel/log/ring.h"
#include "kernel/panic/last_words.h"

namespace kernel::log {
namespace {

constinit Ring ring;
constinit std::atomic<Level> recorded = Level::kInfo;
constinit std::atomic<Echo> echo = nullptr;
constinit std::atomic<const Site*> suppressing = nullptr;  // every place that has ever suppressed a line

constexpr Duration kWindow = Duration::Seconds(1);

std::string_view NameOf(Level level) {
  switch (level) {
    case Level::kError:
      return "error";
    case Level::kWarning:
      return "warning";
    case Level::kInfo:
      return "info";
    case Level::kDebug:
      return "debug";
  }
  return "?";
}

void Append(Level level, Instant time, std::string_view text) {
  ring.Append(level, time, text);
  if (const Echo receiver = echo.load(std::memory_order_relaxed); receiver != nullptr) receiver(level, time, text);
}

void WriteSuppressed(TextWriter& writer, const Site& site, std::uint32_t count) {
  writer << site.file() << ':' << site.line() << ": " << count << (count == 1 ? " line" : " lines") << " suppressed";
}

}  // namespace

bool Site::Admits() {
  if (level_ > recorded.load(std::memory_order_relaxed)) return false;
  const std::int64_t now = board::Now().nanoseconds;
  const std::int64_t window = window_.load(std::memory_order_relaxed);
  if (now - window >= kWindow.nanoseconds) {
    window_.store(now, std::memory_order_relaxed);
    used_.store(0, std::memory_order_relaxed);
  }
  if (used_.load(std::memory_order_relaxed) < burst_) {
    used_.fetch_add(1, std::memory_order_relaxed);
    return true;
  }
  Suppress();
  return false;
}

void Site::Suppress() {
  suppressed_.fetch_add(1, std::memory_order_relaxed);
  if (is_listed_.exchange(true, std::memory_order_relaxed)) return;
  const Site* first = suppressing.load(std::memory_order_relaxed);
  do {
    next_ = first;
  } while (!suppressing.compare_exchange_weak(first, this, std::memory_order_release, std::memory_order_relaxed));
}

void Message::Commit() {
  const Instant now = board::Now();
  if (const std::uint32_t count = site_.suppressed_.exchange(0, std::memory_order_relaxed); count != 0) {
    std::array<char, kLineSize> buffer;
    TextWriter writer(buffer);
    WriteSuppressed(writer, site_, count);
    Append(site_.level_, now, writer.text());
  }
  const std::size_t size = writer_.text().size();
  // What a peer sent may be in it: it must not end the line or move a terminal's cursor.
  for (char& c : std::span(buffer_).first(size)) {
    if (c < ' ' || c > '~') c = '?';
  }
  Append(site_.level_, now, {buffer_.data(), size});
}

void SetLevel(Level level) { recorded.store(level, std::memory_order_relaxed); }

void SetEcho(Echo receiver) { echo.store(receiver, std::memory_order_relaxed); }

void ForEachLine(std::size_t most, void (*visit)(void* context, const Line& line), void* context) {
  const std::uint64_t end = ring.end();
  std::uint64_t number = ring.first();
  if (end - number > most) number = end - most;
  Line line;
  for (; number != end; ++number) {
    if (ring.Read(number, line)) visit(context, line);
  }
}

void ForEachSuppressed(void (*visit)(void* context, const Site& site), void* context) {
  for (const Site* site = suppressing.load(std::memory_order_acquire); site != nullptr; site = site->next()) {
    if (site->suppressed() != 0) visit(context, *site);
  }
}

Counts ReadCounts() { return {.written = ring.end(), .overwritten = ring.first(), .dropped = ring.dropped()}; }

std::string_view Print(Level level, Instant time, std::string_view text, std::span<char> buffer) {
  TextWriter writer(buffer);
  writer << time << ' ' << NameOf(level) << ": " << text;
  return writer.text();
}

}  // namespace kernel::log

namespace kernel::panic {

// The last lines, and what was held back: a report of the end leaves nothing out without a word.
extern "C" void EnkelVisitLog(std::size_t most, LastWord visit, void* context) {
  struct Visitor {
    LastWord visit;
    void* context;
  } visitor = {visit, context};
  log::ForEachLine(
      most,
      [](void* self, const log::Line& line) {
        const auto& to = *static_cast<const Visitor*>(self);
        std::array<char, log::kPrintedSize> buffer;
        to.visit(to.context, log::Print(line.level, line.time, line.text(), buffer));
      },
      &visitor);
  log::ForEachSuppressed(
      [](void* self, const log::Site& site) {
        const auto& to = *static_cast<const Visitor*>(self);
        std::array<char, log::kPrintedSize> buffer;
        TextWriter writer(buffer);
        log::WriteSuppressed(writer, site, site.suppressed());
        to.visit(to.context, writer.text());
      },
      &visitor);
}

extern "C" void EnkelPrintLog() {
  constexpr std::size_t kLines = 16;
  board::ConsoleWrite("log:\n");
  EnkelVisitLog(
      kLines,
      [](void*, std::string_view line) {
        board::ConsoleWrite("  ");
        board::ConsoleWrite(line);
        board::ConsoleWrite("\n");
      },
      nullptr);
}

}  // namespace kernel::panic
