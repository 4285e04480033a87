// What an ELF process finds on its stack when it starts, made for an image that is not a process: musl's start reads
// its arguments, the template of thread-local data and the unwind tables from it.
#ifndef ENKEL_KERNEL_BOOT_START_VECTOR_H_
#define ENKEL_KERNEL_BOOT_START_VECTOR_H_

#include <array>
#include <cstdint>
#include <span>

#include "kernel/boot/program_words.h"

namespace kernel::boot {

// [ELF] program header, 64-bit.
struct ProgramHeader {
  std::uint32_t p_type;
  std::uint32_t p_flags;
  std::uint64_t p_offset;
  std::uint64_t p_vaddr;
  std::uint64_t p_paddr;
  std::uint64_t p_filesz;
  std::uint64_t p_memsz;
  std::uint64_t p_align;
};
static_assert(sizeof(ProgramHeader) == 56);

// Points into itself, so it stays where it was made, and must live as long as the program.
class StartVector {
 public:
  // From the symbols of image.ld. The words live as long as the program; at most as many as a ProgramWords has.
  StartVector(const std::array<std::uint64_t, 2>& seed, std::span<const char* const> arguments,
              std::span<const char* const> variables);
  StartVector(const StartVector&) = delete;
  StartVector& operator=(const StartVector&) = delete;

  // argc, argv..., 0, envp..., 0, auxv pairs, ending with AT_NULL [x86-64 ABI] 3.4.1.
  std::uint64_t* words() { return words_.data(); }

 private:
  std::array<std::uint64_t, 2> seed_;
  std::array<ProgramHeader, 3> headers_;
  std::array<std::uint64_t, 32 + ProgramWords::kMostArguments + ProgramWords::kMostVariables> words_;
};

}  // namespace kernel::boot

#endif  // ENKEL_KERNEL_BOOT_START_VECTOR_H_
