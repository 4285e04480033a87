#include "drivers/uart/pl011/pl011.h"

#include <cstddef>

namespace drivers::uart {
namespace {

template <int n>
constexpr std::uint32_t kBit = std::uint32_t{1} << n;

// FR, flags. [PL011] 3.3.3
struct Flags {
  std::uint32_t value;
  constexpr bool busy() const { return (value & kBit<3>) != 0; }
  constexpr bool receive_fifo_empty() const { return (value & kBit<4>) != 0; }
  constexpr bool transmit_fifo_full() const { return (value & kBit<5>) != 0; }
};

// DR, what was received: the byte and how it came. [PL011] 3.3.1
struct Received {
  std::uint32_t value;
  constexpr char byte() const { return static_cast<char>(value); }
  // Framing, parity, break. (Bit 11, overrun, says that others were lost; this one is whole.)
  constexpr bool is_damaged() const { return (value & (kBit<8> | kBit<9> | kBit<10>)) != 0; }
};

// LCR_H, line control. [PL011] 3.3.7
constexpr std::uint32_t kFifosOn = kBit<4>;
constexpr std::uint32_t kEightBits = kBit<5> | kBit<6>;
// CR, control. [PL011] 3.3.8
constexpr std::uint32_t kUartOn = kBit<0>;
constexpr std::uint32_t kTransmitOn = kBit<8>;
constexpr std::uint32_t kReceiveOn = kBit<9>;
// IFLS, interrupt FIFO level. [PL011] 3.3.9
constexpr std::uint32_t kReceiveAtHalf = 2 << 3;
// IMSC, interrupt mask. [PL011] 3.3.10
constexpr std::uint32_t kReceiveInterrupt = kBit<4>;
constexpr std::uint32_t kReceiveTimeOutInterrupt = kBit<6>;
// ICR, interrupt clear. [PL011] 3.3.13
constexpr std::uint32_t kEveryInterrupt = kBit<11> - 1;

}  // namespace

// [PL011] 3.2, in its order.
struct Pl011::Registers {
  std::uint32_t dr;
  std::uint32_t rsr_ecr;
  std::uint32_t reserved_08[4];
  std::uint32_t fr;
  std::uint32_t reserved_1c;
  std::uint32_t ilpr;
  std::uint32_t ibrd;
  std::uint32_t fbrd;
  std::uint32_t lcr_h;
  std::uint32_t cr;
  std::uint32_t ifls;
  std::uint32_t imsc;
  std::uint32_t ris;
  std::uint32_t mis;
  std::uint32_t icr;
};

volatile Pl011::Registers& Pl011::registers() const {
  static_assert(offsetof(Registers, fr) == 0x18 && offsetof(Registers, icr) == 0x44);
  return *reinterpret_cast<volatile Registers*>(base_.value);
}

void Pl011::Initialize(Pl011Divisor divisor) const {
  // A UART that is switched off never sends what its FIFO holds, and stays busy.
  if ((registers().cr & kUartOn) != 0) Drain();
  registers().cr = 0;
  registers().lcr_h = 0;  // throws the FIFOs' contents away
  registers().imsc = 0;
  registers().icr = kEveryInterrupt;
  registers().ibrd = divisor.integer();
  registers().fbrd = divisor.fraction();
  registers().lcr_h = kFifosOn | kEightBits;  // after the divisor: this write latches it
  registers().cr = kUartOn | kTransmitOn | kReceiveOn;
}

void Pl011::Write(std::string_view text) const {
  for (char byte : text) {
    if (byte == '\n') Send('\r');
    Send(byte);
  }
}

void Pl011::Drain() const {
  while (Flags{registers().fr}.busy()) {
  }
}

void Pl011::EnableReceiveInterrupt() const {
  registers().ifls = kReceiveAtHalf;
  registers().imsc = kReceiveInterrupt | kReceiveTimeOutInterrupt;
}

std::size_t Pl011::Read(std::span<char> buffer) const {
  std::size_t size = 0;
  // One look a byte of room, so that a noisy line cannot keep us here.
  for (std::size_t look = 0; look < buffer.size() && !Flags{registers().fr}.receive_fifo_empty(); ++look) {
    const Received received = {registers().dr};
    if (!received.is_damaged()) buffer[size++] = received.byte();
  }
  return size;
}

void Pl011::Send(char byte) const {
  while (Flags{registers().fr}.transmit_fifo_full()) {
  }
  registers().dr = static_cast<unsigned char>(byte);
}

}  // namespace drivers::uart
