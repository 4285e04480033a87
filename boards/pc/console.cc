// The console: COM1, 115200 8n1. microvm has the same chip at the same address.
#include <cstdint>
#include <string_view>

#include "boards/pc/com1.h"
#include "boards/pc/port_registers.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

constexpr std::uint16_t kCom1 = 0x3f8;
constexpr std::uint16_t kDivisorFor115200 = 1;

enum class State : std::uint8_t { kUntried, kPresent, kAbsent };

constinit Uart com1{PortRegisters(kCom1)};
constinit State state = State::kUntried;

}  // namespace

Uart* Com1() {
  if (state == State::kUntried) state = com1.Initialize(kDivisorFor115200) ? State::kPresent : State::kAbsent;
  return state == State::kPresent ? &com1 : nullptr;
}

void ConsoleWrite(std::string_view text) {
  Uart* uart = Com1();
  if (uart == nullptr) return;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    uart->Write(line);
    text.remove_prefix(line.size());
    if (text.empty()) return;
    uart->Write("\r\n");
    text.remove_prefix(1);
  }
}

}  // namespace board
