// 16550 UART: what a console needs. Transmits polled; receives polled or by interrupt. [NS16550]
#ifndef ENKEL_DRIVERS_UART_NS16550_NS16550_H_
#define ENKEL_DRIVERS_UART_NS16550_NS16550_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "drivers/bus/registers/registers.h"
#include "drivers/uart/ns16550/registers.h"

namespace drivers::uart {

// No function allocates; all are interrupt-safe (bytes of two writers may mix).
template <typename Registers>
class Ns16550On {
 public:
  constexpr explicit Ns16550On(Registers registers) : registers_(registers) {}

  // Sets 8 data bits, no parity, one stop bit, no interrupts, and baud rate = input clock / (16 * divisor); on the PC
  // divisor 1 is 115200. False when nothing answers at the address: then the chip may not be used.
  bool Initialize(std::uint16_t divisor) {
    using namespace ns16550;  // NOLINT(google-build-using-namespace): the registers' names
    constexpr std::uint8_t kEightBits = LCR::WLS::Of(3);
    if (!HoldsScratch(0x5a) || !HoldsScratch(0xa5)) return false;
    registers_.template Write<IER>(0);
    registers_.template Write<LCR>(LCR::DLAB::kMask | kEightBits);
    registers_.template Write<DLL>(static_cast<std::uint8_t>(divisor));
    registers_.template Write<DLM>(static_cast<std::uint8_t>(divisor >> 8));
    registers_.template Write<LCR>(kEightBits);
    registers_.template Write<FCR>(FCR::ENABLE::kMask | FCR::RCVR_RESET::kMask | FCR::XMIT_RESET::kMask);
    registers_.template Write<MCR>(MCR::DTR::kMask | MCR::RTS::kMask);
    constexpr std::uint32_t kFifosWork = 3;
    const bool has_fifos = IIR::FIFOS_ENABLED::Get(registers_.template Read<IIR>().value) == kFifosWork;
    burst_ = has_fifos ? kFifoDepth : 1;
    return true;
  }

  // Sends bytes; returns when the chip has accepted all. A transmitter that stays full for longer than any line rate
  // explains loses the rest, so that a broken UART cannot stop the kernel.
  void Write(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!WaitForEmptyTransmitter()) return;
      const std::string_view burst = bytes.substr(0, burst_);
      for (char byte : burst) registers_.template Write<ns16550::THR>(static_cast<std::uint8_t>(byte));
      bytes.remove_prefix(burst.size());
    }
  }

  // From now on the chip asks for an interrupt as long as it holds a received byte. On the PC its wire leads through a
  // gate that the second output opens.
  void EnableReceiveInterrupt() {
    using ns16550::IER, ns16550::MCR;
    registers_.template Write<MCR>(MCR::DTR::kMask | MCR::RTS::kMask | MCR::OUT2::kMask);
    registers_.template Write<IER>(IER::ERBFI::kMask);
  }

  // Takes the bytes that were received; returns how many. Does not block.
  std::size_t Read(std::span<char> bytes) {
    std::size_t count = 0;
    while (count < bytes.size() && ns16550::LSR::DR::IsIn(registers_.template Read<ns16550::LSR>().value)) {
      bytes[count++] = static_cast<char>(registers_.template Read<ns16550::RBR>().value);
    }
    return count;
  }

 private:
  static constexpr std::uint8_t kFifoDepth = 16;  // bytes
  // 16 bytes at 115200 baud take 1.4 ms, and reading a register of the slowest bus that has one takes a microsecond.
  static constexpr int kMostPolls = 100'000;

  bool HoldsScratch(std::uint8_t value) {
    registers_.template Write<ns16550::SCR>(value);
    return registers_.template Read<ns16550::SCR>().value == value;
  }

  bool WaitForEmptyTransmitter() {
    for (int i = 0; i < kMostPolls; ++i) {
      if (ns16550::LSR::THRE::IsIn(registers_.template Read<ns16550::LSR>().value)) return true;
    }
    return false;
  }

  Registers registers_;
  std::uint8_t burst_ = 1;  // bytes that an empty transmitter takes
};

}  // namespace drivers::uart

#endif  // ENKEL_DRIVERS_UART_NS16550_NS16550_H_
