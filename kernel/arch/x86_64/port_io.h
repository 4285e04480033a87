// The I/O port space: the registers of the PC's oldest devices. Interrupt-safe.
#ifndef ENKEL_KERNEL_ARCH_X86_64_PORT_IO_H_
#define ENKEL_KERNEL_ARCH_X86_64_PORT_IO_H_

#include <cstdint>

namespace kernel::arch {

inline std::uint8_t ReadPort8(std::uint16_t port) {
  std::uint8_t value = 0;
  asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

inline void WritePort8(std::uint16_t port, std::uint8_t value) {
  asm volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

inline std::uint32_t ReadPort32(std::uint16_t port) {
  std::uint32_t value = 0;
  asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

inline void WritePort16(std::uint16_t port, std::uint16_t value) {
  asm volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

inline void WritePort32(std::uint16_t port, std::uint32_t value) {
  asm volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

}  // namespace kernel::arch

#endif  // ENKEL_KERNEL_ARCH_X86_64_PORT_IO_H_
