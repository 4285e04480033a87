// The log: the newest lines of the kernel and the program, in memory of a fixed size.
//
//   KERNEL_LOG(kWarning, "net: a frame of ", size, " bytes is too long");
//
// Parts are text, integers, Hex, Duration, Instant, Error (kernel/base/text.h). A pointer does not compile: no address
// gets into a log. Nothing allocates or blocks; everything here is interrupt-safe. An image in which nobody logs has
// none of it. Nothing is lost silently: each place in the source may log kBurst lines a second, and what it would have
// logged beyond that is counted and reported; so are lines that newer ones have overwritten.
//
// A panic shows the last lines. EchoToConsole (echo.h) shows each as it comes.
#ifndef ENKEL_KERNEL_LOG_LOG_H_
#define ENKEL_KERNEL_LOG_LOG_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/base/text.h"
#include "kernel/base/time.h"

namespace kernel::log {

enum class Level : std::uint8_t {
  kError,    // something that was asked for cannot be done
  kWarning,  // something is not as it should be, and was dealt with
  kInfo,     // what a reader of the log wants to know to understand the rest
  kDebug,    // what helps to find a bug; not recorded unless asked for
};

inline constexpr std::size_t kLines = 64;      // that are kept; 128 bytes each, 8 KiB in all
inline constexpr std::size_t kLineSize = 110;  // characters; a longer line is cut, and ends with "..."
inline constexpr unsigned kBurst = 10;         // lines a second, of one place in the source

// One line of the log.
struct Line {
  std::uint64_t number = 0;  // counts from 0, the first one since the start
  Instant time;
  Level level = Level::kError;
  std::size_t size = 0;
  std::array<char, kLineSize> buffer;

  std::string_view text() const { return {buffer.data(), size}; }
};

// A place in the source that logs, and how much it has. Constant-initialised and never destroyed.
class Site {
 public:
  constexpr Site(Level level, const char* file, int line, unsigned burst = kBurst)
      : level_(level), file_(file), line_(line), burst_(burst) {}
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  Level level() const { return level_; }
  const char* file() const { return file_; }
  int line() const { return line_; }
  std::uint32_t suppressed() const { return suppressed_.load(std::memory_order_relaxed); }  // not reported yet
  const Site* next() const { return next_; }

  // Whether this place may log now; when not because of its rate, that is counted.
  bool Admits();

 private:
  friend class Message;
  void Suppress();

  const Level level_;
  const char* const file_;
  const int line_;
  const unsigned burst_;
  std::atomic<std::int64_t> window_ = 0;  // when the current second began, in nanoseconds
  std::atomic<unsigned> used_ = 0;        // lines in it
  std::atomic<std::uint32_t> suppressed_ = 0;
  std::atomic<bool> is_listed_ = false;
  const Site* next_ = nullptr;
};

// A line on its way into the log.
class Message {
 public:
  explicit Message(Site& site) : site_(site), writer_(buffer_) {}
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  template <Printable Part>
  Message& operator<<(const Part& part) {
    writer_ << part;
    return *this;
  }

  // Appends the line; before it, how many of the same place were suppressed. Control characters become '?'.
  void Commit();

 private:
  Site& site_;
  std::array<char, kLineSize> buffer_;
  TextWriter writer_;
};

template <Printable... Parts>
void Write(Site& site, const Parts&... parts) {
  Message message(site);
  (message << ... << parts);
  message.Commit();
}

// Logs the parts as one line of a Level: KERNEL_LOG(kInfo, "up after ", duration). They are not evaluated when the line
// is not recorded.
#define KERNEL_LOG(level, ...)                                                                            \
  do {                                                                                                    \
    static constinit ::kernel::log::Site enkel_log_site(::kernel::log::Level::level, __FILE__, __LINE__); \
    if (enkel_log_site.Admits()) ::kernel::log::Write(enkel_log_site, __VA_ARGS__);                       \
  } while (false)

// Records lines up to `level` from now on; kInfo at the start.
void SetLevel(Level level);

// Calls `visit(context, line)` for the newest `most` lines that are there, oldest first.
void ForEachLine(std::size_t most, void (*visit)(void* context, const Line& line), void* context);

// Calls `visit(context, site)` for each place that has suppressed lines which no line has reported yet.
void ForEachSuppressed(void (*visit)(void* context, const Site& site), void* context);

struct Counts {
  std::uint64_t written = 0;      // lines since the start
  std::uint64_t overwritten = 0;  // of these, no longer there
  std::uint64_t dropped = 0;      // of these, lost because an interrupt or another core filled the log meanwhile
};
Counts ReadCounts();

// A line as people read it: "12.345678 warning: TEXT". `buffer` of kPrintedSize always suffices.
inline constexpr std::size_t kPrintedSize = kLineSize + 32;
std::string_view Print(Level level, Instant time, std::string_view text, std::span<char> buffer);

}  // namespace kernel::log

#endif  // ENKEL_KERNEL_LOG_LOG_H_
