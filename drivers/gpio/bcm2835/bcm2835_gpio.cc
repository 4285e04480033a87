#include "drivers/gpio/bcm2835/bcm2835_gpio.h"

#include <cstdint>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "drivers/gpio/bcm2835/registers.h"

namespace drivers::gpio {
namespace {

using namespace bcm2835;  // NOLINT(google-build-using-namespace): the manual's names

constexpr unsigned kPinsAFunctionWord = 10;
constexpr unsigned kFunctionBits = 3;
constexpr std::uint32_t kFunctionField = 7;

constexpr std::uint32_t FunctionPlace(unsigned pin) { return pin / kPinsAFunctionWord * 4; }
constexpr unsigned FunctionShift(unsigned pin) { return pin % kPinsAFunctionWord * kFunctionBits; }

template <typename R>
void SetBits(const auto& registers, std::uint32_t place, std::uint32_t bits, bool are_set) {
  const std::uint32_t others = registers.template Read<R>(place).value & ~bits;
  registers.template Write<R>(are_set ? others | bits : others, place);
}

}  // namespace

template <typename Registers>
Function Bcm2835GpioOn<Registers>::ReadFunction(unsigned pin) const {
  const std::uint32_t word = registers_.template Read<GPFSEL>(FunctionPlace(pin)).value;
  return static_cast<Function>(word >> FunctionShift(pin) & kFunctionField);
}

template <typename Registers>
void Bcm2835GpioOn<Registers>::Write(unsigned pin, bool is_high) const {
  is_high ? registers_.template Write<GPSET>(BitOf(pin), BankOf(pin))
          : registers_.template Write<GPCLR>(BitOf(pin), BankOf(pin));
}

template <typename Registers>
bool Bcm2835GpioOn<Registers>::Read(unsigned pin) const {
  return (registers_.template Read<GPLEV>(BankOf(pin)).value & BitOf(pin)) != 0;
}

template <typename Registers>
void Bcm2835GpioOn<Registers>::Watch(unsigned pin, Edges edges) const {
  SetBits<GPREN>(registers_, BankOf(pin), BitOf(pin), edges == Edges::kRising || edges == Edges::kBoth);
  SetBits<GPFEN>(registers_, BankOf(pin), BitOf(pin), edges == Edges::kFalling || edges == Edges::kBoth);
  registers_.template Write<GPEDS>(BitOf(pin), BankOf(pin));
}

template <typename Registers>
std::uint32_t Bcm2835GpioOn<Registers>::TakeEvents(unsigned bank) const {
  const std::uint32_t events = registers_.template Read<GPEDS>(bank * 4).value;
  if (events != 0) registers_.template Write<GPEDS>(events, bank * 4);
  return events;
}

template class Bcm2835GpioOn<MappedRegisters>;
template class Bcm2835GpioOn<DoubleRegisters>;

}  // namespace drivers::gpio
