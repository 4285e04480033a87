#include <cstddef>
#include <span>

#include "boards/linux/interrupts.h"
#include "boards/linux/system_call.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

constexpr int kStandardInput = 0;
constexpr char kEndOfTransmission = 0x04;  // what a terminal sends for the end of a file: control-D

constinit bool has_ended = false;

// Standard input stays as it is, blocking, because others may share it.
bool CanRead() {
  constexpr linux_abi::TimeSpec kAtOnce = {};
  linux_abi::PollFd file = {kStandardInput, linux_abi::POLLIN, 0};
  return linux_abi::EnkelLinuxPPoll(&file, 1, &kAtOnce, nullptr, 0) == 1;
}

}  // namespace

std::size_t ConsoleRead(std::span<char> buffer) {
  if (has_ended || buffer.empty() || !CanRead()) return 0;
  const long size = linux_abi::EnkelLinuxRead(kStandardInput, buffer.data(), buffer.size());
  if (size > 0) return static_cast<std::size_t>(size);
  if (size == -linux_abi::EINTR || size == -linux_abi::EAGAIN) return 0;
  has_ended = true;
  CloseLine(ConsoleInputLine());
  buffer[0] = kEndOfTransmission;
  return 1;
}

kernel::interrupt::Line ConsoleInputLine() { return LineOfFile(kStandardInput); }

bool ConsoleEditsLines() { return true; }

}  // namespace board
