// From the entry code to main(): the kernel's table of contents.

#include <cstdint>

#include "kernel/arch/process.h"
#include "kernel/boot/board.h"
#include "kernel/boot/seed.h"
#include "kernel/boot/start_vector.h"
#include "kernel/memory/late_read_only.h"
#include "kernel/memory/memory.h"

extern "C" {

// The program's main(). C++ forbids to name it, hence the label.
int EnkelProgramMain(int argc, char** argv, char** envp) asm("main");

// musl: thread pointer, stack canary, _init(), static constructors, main(), exit(). Never returns.
int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*rtld_fini)());

// musl calls this when thread pointer and canary are there, before the first constructor of the program.
void _init() { kernel::memory::SealLateReadOnly(); }

// Called by the CPU's start code: on the main stack, exceptions caught, MMU and caches on, W^X, .bss zeroed.
[[noreturn]] void EnkelBoot(std::uint64_t first, std::uint64_t second) {
  // What the boot loader said.
  const board::Handoff handoff = {first, second};

  // RAM: ask the board where it is, map the first part, be ready to hand out pages.
  kernel::memory::Start(handoff);

  // What a process finds on its stack: ours on bare metal, the process's own on Linux.
  kernel::boot::StartVector image_vector(kernel::boot::BootSeed(handoff));
  std::uint64_t* vector = kernel::arch::ProcessStartVector(handoff.first);
  if (vector == nullptr) vector = image_vector.words();

  // The C library starts, and then the program. It ends in kernel/boot/exit.cc.
  __libc_start_main(&EnkelProgramMain, static_cast<int>(vector[0]), reinterpret_cast<char**>(&vector[1]), nullptr,
                    nullptr, nullptr);
  __builtin_trap();
}

}  // extern "C"
