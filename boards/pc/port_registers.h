// Registers at I/O ports. Internal to boards/pc.
#ifndef ENKEL_BOARDS_PC_PORT_REGISTERS_H_
#define ENKEL_BOARDS_PC_PORT_REGISTERS_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "kernel/arch/x86_64/port_io.h"

namespace board {

// A register's offset is that of its port from `base`. 8 or 32 bits wide.
class PortRegisters : public drivers::TypedRegisters {
 public:
  constexpr explicit PortRegisters(std::uint16_t base = 0) : base_(base) {}

 private:
  friend class drivers::TypedRegisters;
  template <typename Word>
  Word Load(std::uint32_t offset) const {
    const auto port = static_cast<std::uint16_t>(base_ + offset);
    if constexpr (sizeof(Word) == 1) {
      return kernel::arch::ReadPort8(port);
    } else {
      static_assert(sizeof(Word) == 4);
      return kernel::arch::ReadPort32(port);
    }
  }
  template <typename Word>
  void Store(std::uint32_t offset, Word value) const {
    const auto port = static_cast<std::uint16_t>(base_ + offset);
    if constexpr (sizeof(Word) == 1) {
      kernel::arch::WritePort8(port, value);
    } else {
      static_assert(sizeof(Word) == 4);
      kernel::arch::WritePort32(port, value);
    }
  }

  std::uint16_t base_;
};

}  // namespace board

#endif  // ENKEL_BOARDS_PC_PORT_REGISTERS_H_
