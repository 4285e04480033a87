// What the kernel asks of a board. Each board implements every function of this page, one capability a source file
// (boards/rpi3/console.cc, power.cc, ...), so that the linker drops what a program does not reach.
// Facts and wiring only: no policy, no state machine.
#ifndef ENKEL_KERNEL_BOOT_BOARD_H_
#define ENKEL_KERNEL_BOOT_BOARD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/address.h"
#include "kernel/base/time.h"

namespace kernel::interrupt {
class Controller;
struct Line;
}  // namespace kernel::interrupt

namespace board {

// The two words that the boot loader left, as the entry code found them. Hostile until checked.
//   aarch64: first = x0 (physical address of a device tree, or anything), second = 0
//   x86_64:  first = 0x336ec578 (PVH) or 0x36d76289 (Multiboot2), second = physical address of its information
//   linux:   first = the stack pointer at process entry (argc, argv, envp, auxv), second = 0
struct Handoff {
  std::uint64_t first;
  std::uint64_t second;
};

struct MemoryRegion {
  kernel::PhysicalAddress base;
  std::uint64_t size;  // bytes
};

// Receives the memory map, region by region, in any order. The board never reports the image itself as reserved: the
// kernel knows where it lies.
class MemoryMapSink {
 public:
  virtual void Usable(MemoryRegion region) = 0;    // RAM that the kernel may use
  virtual void Reserved(MemoryRegion region) = 0;  // wins over Usable where they overlap (loader data, firmware)

 protected:
  ~MemoryMapSink() = default;
};

// Tells `sink` about the machine's RAM, from what the loader left (device tree, PVH or Multiboot map), else from the
// board's constants. One pass, no allocation. Called once, before anything can allocate.
void FindMemory(const Handoff& handoff, MemoryMapSink& sink);

// Writes bytes to the console, polled; each '\n' as CR LF where the console is a serial line. Returns when all were
// accepted. Interrupt-safe, does not allocate. Works from the first C++ instruction on.
void ConsoleWrite(std::string_view text);

// Time since an arbitrary start, monotonic. Interrupt-safe. Does not block.
kernel::Instant Now();

// Ends the machine: power off, or the emulator's exit. `exit_code` reaches whoever can receive it (boards/<b>/README.md
// says how); the closing line on the console carries it in any case. Never returns. Interrupt-safe.
[[noreturn]] void PowerOff(int exit_code);

// Starts the machine anew, the same image from its first instruction; RAM keeps what it holds at CrashPage. Where that
// cannot be done, as PowerOff(102). Never returns. Interrupt-safe.
[[noreturn]] void Reset();

// The machine's interrupt controller, made ready with all lines masked by the first call. Not interrupt-safe.
kernel::interrupt::Controller& InterruptController();

// The one timer that can wake the machine: asserts AlarmLine() at `deadline`, or at once where that has passed, and
// until it is set again; Instant's largest value switches it off. Interrupt-safe, a few instructions.
void SetAlarm(kernel::Instant deadline);
kernel::interrupt::Line AlarmLine();

// Takes the bytes that the console has received, at most as many as `buffer` holds; 0 when there are none. Does not
// block. The first call enables the receiver. ConsoleInputLine() asks (at a high level) while there are bytes.
std::size_t ConsoleRead(std::span<char> buffer);
kernel::interrupt::Line ConsoleInputLine();

// Whether somebody below shows what is typed and lets it be corrected before ConsoleRead gives it: the terminal of a
// process on linux. A serial line does neither.
bool ConsoleEditsLines();

// Bytes from the board's own random number generator, or a seed that the loader left (found by FindMemory, given out
// once, its parts in order of their worth: the first call of an image gets what is meant for early use). Returns how
// many: at most as many as `buffer` holds, 0 when there are none, or none now. Does not block for more than a
// millisecond. The CPU's own instructions are arch::ReadRandomWord.
std::size_t ReadEntropy(std::span<std::byte> buffer);

// Whether those bytes come straight from a noise source, which needs to be tested and is worth less than it seems; else
// another generator made them.
bool EntropyIsRaw();

// The date, in nanoseconds since 1970-01-01 00:00 UTC, from a clock that ran while the machine was off; nothing where
// there is none, or it says nonsense.
std::optional<std::int64_t> ReadWallClock();

// The words that the boot loader passed for the program, separated by spaces; empty where there are none. Lives for
// ever. On linux, where a process has its arguments already, always empty. Called once, after memory is there.
std::string_view CommandLine(const Handoff& handoff);

// A page of RAM that no loader writes and no part of the image covers, so that what a crash leaves there is found after
// Reset. Mapped readable and writable by the first call. Null where no memory survives (linux).
std::byte* CrashPage();

}  // namespace board

#endif  // ENKEL_KERNEL_BOOT_BOARD_H_
