// From the entry code to main(): the kernel's table of contents.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/context.h"
#include "kernel/arch/cpu.h"
#include "kernel/arch/exception.h"
#include "kernel/arch/process.h"
#include "kernel/boot/board.h"
#include "kernel/boot/program_words.h"
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

}  // extern "C"

namespace {

// On the stack that main() will have; `argument` is the loader's board::Handoff.
[[noreturn]] void StartProgram(void* argument) {
  const board::Handoff handoff = *static_cast<const board::Handoff*>(argument);

  // What a process finds on its stack: ours on bare metal, with the words of the boot command line where the program
  // wants them; the process's own on Linux.
  const std::array<const char*, 1> name = {"enkel"};
  std::span<const char* const> arguments = name;
  std::span<const char* const> variables;
  if (&kernel::boot::ReadProgramWords != nullptr) {
    const kernel::boot::ProgramWords& words = kernel::boot::ReadProgramWords(handoff);
    arguments = words.arguments();
    variables = words.variables();
  }
  kernel::boot::StartVector image_vector(kernel::boot::BootSeed(handoff), arguments, variables);
  std::uint64_t* vector = kernel::arch::ProcessStartVector(handoff.first);
  if (vector == nullptr) vector = image_vector.words();

  // The C library starts, and then the program. It ends in kernel/boot/exit.cc.
  __libc_start_main(&EnkelProgramMain, static_cast<int>(vector[0]), reinterpret_cast<char**>(&vector[1]), nullptr,
                    nullptr, nullptr);
  __builtin_trap();
}

}  // namespace

// Called by the CPU's start code: exceptions caught, MMU and caches on, W^X, .bss zeroed, on a stack of the image.
extern "C" [[noreturn]] void EnkelBoot(std::uint64_t first, std::uint64_t second) {
  // What the boot loader said.
  board::Handoff handoff = {first, second};

  // RAM: ask the board where it is, map the first part at a place for this boot, be ready to hand out pages.
  kernel::memory::Start(handoff, &kernel::boot::BootSeed);

  // On to the stack of the program, which lies somewhere else each time. A process has one.
  if (const kernel::memory::Stack stack = kernel::memory::MainStack(); stack.top != stack.bottom) {
    kernel::arch::SetMainStack(stack.bottom);
    kernel::arch::Context here;
    const kernel::arch::Context there = kernel::arch::MakeContext(
        reinterpret_cast<std::byte*>(stack.top.value), kernel::arch::ThreadPointer(), &StartProgram, &handoff);
    EnkelSwitchContext(&here, &there);
  }
  StartProgram(&handoff);
}
