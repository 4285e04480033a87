#include "kernel/log/echo.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <span>
#include <string_view>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"

namespace kernel::log {
namespace {

constinit std::atomic<Level> shown = Level::kError;

void Show(Level level, Instant time, std::string_view text) {
  if (level > shown.load(std::memory_order_relaxed)) return;
  std::array<char, kPrintedSize + 1> buffer;
  const std::size_t size = Print(level, time, text, std::span(buffer).first(kPrintedSize)).size();
  buffer[size] = '\n';
  board::ConsoleWrite({buffer.data(), size + 1});
}

}  // namespace

void EchoToConsole(Level level) {
  shown.store(level, std::memory_order_relaxed);
  SetEcho(&Show);
}

}  // namespace kernel::log
