// 16550 UART: what a console needs. Transmits polled; receives polled or by interrupt. [NS16550]
#ifndef ENKEL_DRIVERS_UART_NS16550_NS16550_H_
#define ENKEL_DRIVERS_UART_NS16550_NS16550_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace drivers::uart {

// Register numbers. Where two share one, the divisor latch access bit or the direction decides.
enum class Ns16550Register : std::uint8_t {
  kReceiveBuffer = 0,      // RBR, read
  kTransmitHolding = 0,    // THR, written
  kDivisorLow = 0,         // DLL, while DLAB is set
  kInterruptEnable = 1,    // IER
  kDivisorHigh = 1,        // DLM, while DLAB is set
  kFifoControl = 2,        // FCR, written
  kInterruptIdentity = 2,  // IIR, read
  kLineControl = 3,        // LCR
  kModemControl = 4,       // MCR
  kLineStatus = 5,         // LSR
  kScratch = 7,            // SCR
};

// `Bus` reaches the chip's registers: std::uint8_t Read(Ns16550Register) and void Write(Ns16550Register, std::uint8_t).
// No function allocates; all are interrupt-safe as far as Bus is (bytes of two writers may mix).
template <typename Bus>
class Ns16550 {
 public:
  constexpr explicit Ns16550(Bus bus) : bus_(bus) {}

  // Sets 8 data bits, no parity, one stop bit, no interrupts, and baud rate = input clock / (16 * divisor); on the PC
  // divisor 1 is 115200. False when nothing answers at the address: then the chip may not be used.
  bool Initialize(std::uint16_t divisor) {
    if (!HoldsScratch(0x5a) || !HoldsScratch(0xa5)) return false;
    bus_.Write(Ns16550Register::kInterruptEnable, 0);
    bus_.Write(Ns16550Register::kLineControl, kDivisorLatchAccess | kEightDataBits);
    bus_.Write(Ns16550Register::kDivisorLow, static_cast<std::uint8_t>(divisor));
    bus_.Write(Ns16550Register::kDivisorHigh, static_cast<std::uint8_t>(divisor >> 8));
    bus_.Write(Ns16550Register::kLineControl, kEightDataBits);
    bus_.Write(Ns16550Register::kFifoControl, kFifoEnable | kFifoResetReceive | kFifoResetTransmit);
    bus_.Write(Ns16550Register::kModemControl, kDataTerminalReady | kRequestToSend);
    const std::uint8_t identity = bus_.Read(Ns16550Register::kInterruptIdentity);
    burst_ = (identity & kFifosWork) == kFifosWork ? kFifoDepth : 1;
    return true;
  }

  // Sends bytes; returns when the chip has accepted all. A transmitter that stays full for longer than any line rate
  // explains loses the rest, so that a broken UART cannot stop the kernel.
  void Write(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!WaitForEmptyTransmitter()) return;
      const std::string_view burst = bytes.substr(0, burst_);
      for (char byte : burst) bus_.Write(Ns16550Register::kTransmitHolding, static_cast<std::uint8_t>(byte));
      bytes.remove_prefix(burst.size());
    }
  }

  // From now on the chip asks for an interrupt as long as it holds a received byte. On the PC its wire leads through a
  // gate that the second output opens.
  void EnableReceiveInterrupt() {
    bus_.Write(Ns16550Register::kModemControl, kDataTerminalReady | kRequestToSend | kOutput2);
    bus_.Write(Ns16550Register::kInterruptEnable, kReceivedDataAvailable);
  }

  // Takes the bytes that were received; returns how many. Does not block.
  std::size_t Read(std::span<char> bytes) {
    std::size_t count = 0;
    while (count < bytes.size() && (bus_.Read(Ns16550Register::kLineStatus) & kDataReady) != 0) {
      bytes[count++] = static_cast<char>(bus_.Read(Ns16550Register::kReceiveBuffer));
    }
    return count;
  }

 private:
  static constexpr std::uint8_t kReceivedDataAvailable = 0x01;
  static constexpr std::uint8_t kDataReady = 0x01;
  static constexpr std::uint8_t kOutput2 = 0x08;
  static constexpr std::uint8_t kEightDataBits = 0x03;
  static constexpr std::uint8_t kDivisorLatchAccess = 0x80;
  static constexpr std::uint8_t kFifoEnable = 0x01;
  static constexpr std::uint8_t kFifoResetReceive = 0x02;
  static constexpr std::uint8_t kFifoResetTransmit = 0x04;
  static constexpr std::uint8_t kDataTerminalReady = 0x01;
  static constexpr std::uint8_t kRequestToSend = 0x02;
  static constexpr std::uint8_t kFifosWork = 0xc0;
  static constexpr std::uint8_t kTransmitterHoldingEmpty = 0x20;
  static constexpr std::uint8_t kFifoDepth = 16;  // bytes
  // 16 bytes at 115200 baud take 1.4 ms, and reading a register of the slowest bus that has one takes a microsecond.
  static constexpr int kMostPolls = 100'000;

  bool HoldsScratch(std::uint8_t value) {
    bus_.Write(Ns16550Register::kScratch, value);
    return bus_.Read(Ns16550Register::kScratch) == value;
  }

  bool WaitForEmptyTransmitter() {
    for (int i = 0; i < kMostPolls; ++i) {
      if ((bus_.Read(Ns16550Register::kLineStatus) & kTransmitterHoldingEmpty) != 0) return true;
    }
    return false;
  }

  Bus bus_;
  std::uint8_t burst_ = 1;  // bytes that an empty transmitter takes
};

}  // namespace drivers::uart

#endif  // ENKEL_DRIVERS_UART_NS16550_NS16550_H_
