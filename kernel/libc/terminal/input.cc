// What is typed into the console: an interrupt posts work to the loop, which takes the bytes from the board, edits
// lines with them and tells who waits.
#include <termios.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/boot/board.h"
#include "kernel/event/deferred.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/console_file.h"
#include "kernel/libc/descriptor/wait_queue.h"
#include "kernel/libc/terminal/line_discipline.h"
#include "kernel/libc/terminal/terminal.h"
#include "kernel/libc/terminal/typed.h"

namespace kernel::libc {
namespace {

constinit LineDiscipline lines([](std::string_view text) { board::ConsoleWrite(text); });
constinit WaitQueue changes;
[[clang::no_destroy]] constinit interrupt::Registration registration;
constinit bool is_listening = false;

// Takes all that the board has received.
void Receive() {
  std::array<char, 64> bytes;
  while (const std::size_t count = board::ConsoleRead(bytes)) {
    for (const char byte : std::span(bytes).first(count)) lines.Receive(byte, TerminalSettings());
  }
}

// On the loop. The line was held back until the bytes are gone, for it asks as long as there are some. On a PC it asks
// with an edge, which is lost while it is held back: hence the second look.
void ReceiveAndTell(void*) {
  Receive();
  registration.Unmask();
  Receive();
  changes.Notify();
}

constinit event::Deferred receive(&ReceiveAndTell, nullptr);

void OnInterrupt(void*) {
  registration.Mask();
  receive.Post();
}

long Read(Buffers& buffers) { return lines.Read(buffers, TerminalSettings()); }
bool CanRead() { return lines.CanRead(TerminalSettings()); }

}  // namespace

constinit const ConsoleInput console_input_lines = {.read = &Read, .can_read = &CanRead, .changes = &changes};

void ListenToConsole() {
  if (is_listening) return;
  is_listening = true;
  Result<interrupt::Registration> made = interrupt::Register(board::ConsoleInputLine(), interrupt::Trigger::kHighLevel,
                                                             "console input", &OnInterrupt, nullptr);
  // A board whose line cannot be had has no input: reads wait for ever, or until the others say deadlock.
  if (made) registration = std::move(*made);
  // The first look enables the receiver: the line cannot ask before its registration has a name here.
  Receive();
}

void TypeIntoConsole(std::string_view text) {
  for (const char byte : text) lines.Receive(byte, TerminalSettings());
  changes.Notify();
}

void FlushTypedInput() {
  if (!is_listening) return;
  Receive();
  lines.Flush();
}

int TypedBytes() { return static_cast<int>(lines.Waiting(TerminalSettings())); }

}  // namespace kernel::libc
