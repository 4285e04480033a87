// The pins of a BCM2835, BCM2836 or BCM2837: functions, resistors, levels, edges. [BCM2835] 6
#ifndef ENKEL_DRIVERS_GPIO_BCM2835_BCM2835_GPIO_H_
#define ENKEL_DRIVERS_GPIO_BCM2835_BCM2835_GPIO_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "drivers/gpio/bcm2835/registers.h"
#include "kernel/base/time.h"

namespace drivers::gpio {

// What a pin is. [BCM2835] 6.1, table 6-2
enum class Function : std::uint32_t {
  kInput = 0,
  kOutput = 1,
  kAlternate0 = 4,
  kAlternate1 = 5,
  kAlternate2 = 6,
  kAlternate3 = 7,
  kAlternate4 = 3,
  kAlternate5 = 2,
};

// [BCM2835] 6.1, table 6-28
enum class Pull : std::uint32_t { kNone = 0, kDown = 1, kUp = 2 };

enum class Edges : std::uint8_t { kNone, kRising, kFalling, kBoth };

// Pins are numbered from 0 to kPins - 1, by the manual: not by their place on a header. Holds no state but where it is.
// All functions are interrupt-safe but those that change what several pins share: SetFunction, SetPull, Watch.
template <typename Registers>
class Bcm2835GpioOn {
 public:
  static constexpr unsigned kPins = 54;

  constexpr explicit Bcm2835GpioOn(Registers registers) : registers_(registers) {}

  void SetFunction(unsigned pin, Function function) const { SetFunctions(pin, 1, function); }
  // The same for `count` pins from `first` on, which have their functions in one register: ten each.
  void SetFunctions(unsigned first, unsigned count, Function function) const {
    std::uint32_t field = 0;
    std::uint32_t bits = 0;
    for (unsigned pin = first; pin < first + count; ++pin) {
      field |= std::uint32_t{7} << pin % kPinsAWord * 3;
      bits |= static_cast<std::uint32_t>(function) << pin % kPinsAWord * 3;
    }
    const std::uint32_t place = first / kPinsAWord * 4;
    const std::uint32_t others = registers_.template Read<bcm2835::GPFSEL>(place).value & ~field;
    registers_.template Write<bcm2835::GPFSEL>(others | bits, place);
  }
  Function ReadFunction(unsigned pin) const;

  // Sets the pin's resistor. `wait(Duration)` blocks for at least so long; it is called twice. What is pulled cannot be
  // read back. [BCM2835] 6.1, "GPIO Pull-up/down Clock Registers"
  void SetPull(unsigned pin, Pull pull, const auto& wait) const {
    using bcm2835::GPPUD, bcm2835::GPPUDCLK;
    registers_.template Write<GPPUD>(static_cast<std::uint32_t>(pull));
    wait(kSetUp);
    registers_.template Write<GPPUDCLK>(BitOf(pin), BankOf(pin));
    wait(kSetUp);
    registers_.template Write<GPPUD>(0);
    registers_.template Write<GPPUDCLK>(0, BankOf(pin));
  }

  // Of an output; an input takes the level when it becomes one.
  void Write(unsigned pin, bool is_high) const;
  bool Read(unsigned pin) const;

  // Which edges are events from now on; what was one before is forgotten.
  void Watch(unsigned pin, Edges edges) const;

  // Takes the events of pins 32 * `bank` and up, a bit a pin, so that they ask no more. `bank`: 0 or 1.
  std::uint32_t TakeEvents(unsigned bank) const;

 private:
  static constexpr unsigned kPinsAWord = 10;  // of GPFSEL

  // 150 cycles of a core clock of at least 150 MHz.
  static constexpr kernel::Duration kSetUp = kernel::Duration::Microseconds(1);

  static constexpr std::uint32_t BitOf(unsigned pin) { return std::uint32_t{1} << pin % 32; }
  static constexpr std::uint32_t BankOf(unsigned pin) { return pin / 32 * 4; }  // bytes

  Registers registers_;
};

using Bcm2835Gpio = Bcm2835GpioOn<MappedRegisters>;

}  // namespace drivers::gpio

#endif  // ENKEL_DRIVERS_GPIO_BCM2835_BCM2835_GPIO_H_
