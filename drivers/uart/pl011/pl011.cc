#include "drivers/uart/pl011/pl011.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/uart/pl011/registers.h"

namespace drivers::uart {

using namespace pl011;  // NOLINT(google-build-using-namespace): the manual's names

template <typename Registers>
void Pl011On<Registers>::Initialize(Pl011Divisor divisor) const {
  // A UART that is switched off never sends what its FIFO holds, and stays busy.
  if (CR::UARTEN::IsIn(registers_.template Read<CR>().value)) Drain();
  registers_.template Write<CR>(0);
  registers_.template Write<LCR_H>(0);  // throws the FIFOs' contents away
  registers_.template Write<IMSC>(0);
  registers_.template Write<ICR>(ICR::ALL::kMask);
  registers_.template Write<IBRD>(divisor.integer());
  registers_.template Write<FBRD>(divisor.fraction());
  registers_.template Write<LCR_H>(LCR_H::FEN::kMask | LCR_H::WLEN::Of(3));  // after the divisor: this latches it
  registers_.template Write<CR>(CR::UARTEN::kMask | CR::TXE::kMask | CR::RXE::kMask);
}

template <typename Registers>
void Pl011On<Registers>::Write(std::string_view text) const {
  for (char byte : text) {
    if (byte == '\n') Send('\r');
    Send(byte);
  }
}

template <typename Registers>
void Pl011On<Registers>::EnableReceiveInterrupt() const {
  registers_.template Write<IFLS>(IFLS::RXIFLSEL::Of(2));
  registers_.template Write<IMSC>(IMSC::RXIM::kMask | IMSC::RTIM::kMask);
}

template <typename Registers>
std::size_t Pl011On<Registers>::Read(std::span<char> buffer) const {
  constexpr std::uint32_t kDamage = DR::FE::kMask | DR::PE::kMask | DR::BE::kMask;
  std::size_t size = 0;
  // One look a byte of room, so that a noisy line cannot keep us here.
  for (std::size_t look = 0; look < buffer.size(); ++look) {
    if (FR::RXFE::IsIn(registers_.template Read<FR>().value)) break;
    const std::uint32_t received = registers_.template Read<DR>().value;
    if ((received & kDamage) == 0) buffer[size++] = static_cast<char>(received);
  }
  return size;
}

template <typename Registers>
void Pl011On<Registers>::Send(char byte) const {
  while (FR::TXFF::IsIn(registers_.template Read<FR>().value)) {
  }
  registers_.template Write<DR>(static_cast<unsigned char>(byte));
}

template class Pl011On<MappedRegisters>;
template class Pl011On<DoubleRegisters>;

}  // namespace drivers::uart
