// What the kernel asks of a board. Each board implements every function of this page, one capability a source file
// (boards/rpi3/console.cc, power.cc, ...), so that the linker drops what a program does not reach.
// Facts and wiring only: no policy, no state machine.
#ifndef ENKEL_KERNEL_BOOT_BOARD_H_
#define ENKEL_KERNEL_BOOT_BOARD_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/address.h"
#include "kernel/base/time.h"

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

// Time since an arbitrary start, monotonic. Interrupt-safe. Does not block (pc: the first call may take up to 2 ms on a
// CPU that does not tell its frequency).
kernel::Instant Now();

// Ends the machine: power off, or the emulator's exit. `exit_code` reaches whoever can receive it (boards/<b>/README.md
// says how); the closing line on the console carries it in any case. Never returns. Interrupt-safe.
[[noreturn]] void PowerOff(int exit_code);

}  // namespace board

#endif  // ENKEL_KERNEL_BOOT_BOARD_H_
