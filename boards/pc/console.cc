// The console: COM1, 115200 8n1. microvm has the same chip at the same address.
#include <cstdint>
#include <string_view>

#include "drivers/uart/ns16550/ns16550.h"
#include "kernel/arch/x86_64/port_io.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

using drivers::uart::Ns16550Register;

struct ComPort {
  std::uint16_t base;
  std::uint16_t Port(Ns16550Register number) const { return base + static_cast<std::uint16_t>(number); }
  std::uint8_t Read(Ns16550Register number) const { return kernel::arch::ReadPort8(Port(number)); }
  void Write(Ns16550Register number, std::uint8_t value) const { kernel::arch::WritePort8(Port(number), value); }
};

constexpr std::uint16_t kCom1 = 0x3f8;
constexpr std::uint16_t kDivisorFor115200 = 1;

enum class State : std::uint8_t { kUntried, kPresent, kAbsent };

constinit drivers::uart::Ns16550<ComPort> com1{ComPort{kCom1}};
constinit State state = State::kUntried;

}  // namespace

void ConsoleWrite(std::string_view text) {
  if (state == State::kUntried) state = com1.Initialize(kDivisorFor115200) ? State::kPresent : State::kAbsent;
  if (state == State::kAbsent) return;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    com1.Write(line);
    text.remove_prefix(line.size());
    if (text.empty()) return;
    com1.Write("\r\n");
    text.remove_prefix(1);
  }
}

}  // namespace board
