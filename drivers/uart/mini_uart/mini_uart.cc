#include "drivers/uart/mini_uart/mini_uart.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/uart/mini_uart/registers.h"

namespace drivers::uart {
namespace {

using namespace mini_uart;  // NOLINT(google-build-using-namespace): the manual's names

constexpr std::uint32_t kEightBits = 3;

}  // namespace

template <typename Registers>
void MiniUartOn<Registers>::Initialize(std::uint32_t divisor) const {
  const std::uint32_t enabled = registers_.template Read<AUXENB>().value;
  if (AUXENB::MINI_UART::IsIn(enabled)) {
    if (AUX_MU_CNTL::TRANSMITTER_ON::IsIn(registers_.template Read<AUX_MU_CNTL>().value)) Drain();
  } else {
    registers_.template Write<AUXENB>(enabled | AUXENB::MINI_UART::kMask);
  }
  registers_.template Write<AUX_MU_IER>(0);
  registers_.template Write<AUX_MU_CNTL>(0);
  registers_.template Write<AUX_MU_LCR>(AUX_MU_LCR::DATA_SIZE::Of(kEightBits));
  registers_.template Write<AUX_MU_MCR>(0);
  registers_.template Write<AUX_MU_IIR>(AUX_MU_IIR::FIFOS_ON::kMask | AUX_MU_IIR::CLEAR_RECEIVE::kMask |
                                        AUX_MU_IIR::CLEAR_TRANSMIT::kMask);
  registers_.template Write<AUX_MU_BAUD>(AUX_MU_BAUD::RATE::Of(divisor));
  registers_.template Write<AUX_MU_CNTL>(AUX_MU_CNTL::RECEIVER_ON::kMask | AUX_MU_CNTL::TRANSMITTER_ON::kMask);
}

template <typename Registers>
void MiniUartOn<Registers>::Write(std::string_view text) const {
  for (const char byte : text) {
    if (byte == '\n') Send('\r');
    Send(byte);
  }
}

template <typename Registers>
void MiniUartOn<Registers>::Drain() const {
  while (!AUX_MU_LSR::TRANSMITTER_IDLE::IsIn(registers_.template Read<AUX_MU_LSR>().value)) {
  }
}

template <typename Registers>
void MiniUartOn<Registers>::EnableReceiveInterrupt() const {
  registers_.template Write<AUX_MU_IER>(AUX_MU_IER::RECEIVE::kMask | AUX_MU_IER::NEEDED::kMask);
}

template <typename Registers>
std::size_t MiniUartOn<Registers>::Read(std::span<char> buffer) const {
  std::size_t size = 0;
  while (size < buffer.size() && AUX_MU_LSR::DATA_READY::IsIn(registers_.template Read<AUX_MU_LSR>().value)) {
    buffer[size++] = static_cast<char>(registers_.template Read<AUX_MU_IO>().value);
  }
  return size;
}

template <typename Registers>
void MiniUartOn<Registers>::Send(char byte) const {
  while (!AUX_MU_LSR::TRANSMITTER_HAS_ROOM::IsIn(registers_.template Read<AUX_MU_LSR>().value)) {
  }
  registers_.template Write<AUX_MU_IO>(static_cast<unsigned char>(byte));
}

template class MiniUartOn<MappedRegisters>;
template class MiniUartOn<DoubleRegisters>;

}  // namespace drivers::uart
