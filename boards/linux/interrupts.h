// The lines of a process: the alarm, and each file descriptor that something can be read from.
#ifndef ENKEL_BOARDS_LINUX_INTERRUPTS_H_
#define ENKEL_BOARDS_LINUX_INTERRUPTS_H_

#include <cstdint>

#include "kernel/interrupt/controller.h"

namespace board {

inline constexpr kernel::interrupt::Line kAlarmLine = {0};

// Asks, at a level, while `file` can be read without waiting, and at its end.
constexpr kernel::interrupt::Line LineOfFile(int file) { return {static_cast<std::uint32_t>(file) + 1}; }
constexpr int FileOfLine(kernel::interrupt::Line line) { return static_cast<int>(line.number) - 1; }

// Masks a file's line for good: it has come to its end, which asks without end.
void CloseLine(kernel::interrupt::Line line);

}  // namespace board

#endif  // ENKEL_BOARDS_LINUX_INTERRUPTS_H_
