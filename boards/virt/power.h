// The firmware's power switch. [PSCI] 5.1.1
#ifndef ENKEL_BOARDS_VIRT_POWER_H_
#define ENKEL_BOARDS_VIRT_POWER_H_

#include <cstdint>

namespace board {

enum class PsciFunction : std::uint64_t {
  kSystemOff = 0x84000008,
  kSystemReset = 0x84000009,
};

// Calls a function that ends this run, when what the console holds has been sent; stops the core where nobody answers.
// Interrupt-safe.
[[noreturn]] void Call(PsciFunction wanted);

}  // namespace board

#endif  // ENKEL_BOARDS_VIRT_POWER_H_
