// Where the LED marked ACT is: on each model elsewhere. The firmware blinks it while it reads the card, and then leaves
// it to us.
#ifndef ENKEL_BOARDS_RPI3_ACT_LED_H_
#define ENKEL_BOARDS_RPI3_ACT_LED_H_

#include <cstdint>

#include "drivers/gpio/bcm2835/bcm2835_gpio.h"
#include "drivers/mailbox/bcm2835/revision.h"
#include "kernel/base/result.h"

namespace board {

// On a 3 B+ and a 3 A+ a pin of the chip; on a 3 B one of the firmware's expander, which `set_firmware_pin(pin, level)`
// reaches. Both are lit by a high level. Error: kUnsupported (another model), or what set_firmware_pin gives.
template <typename Gpio>
kernel::Result<void> SwitchActLed(drivers::mailbox::Model model, bool is_on, const Gpio& gpio,
                                  const auto& set_firmware_pin) {
  constexpr unsigned kPin = 29;
  constexpr std::uint32_t kFirmwarePin = 128 + 2;
  switch (model) {
    case drivers::mailbox::Model::k3BPlus:
    case drivers::mailbox::Model::k3APlus:
      gpio.Write(kPin, is_on);
      gpio.SetFunction(kPin, drivers::gpio::Function::kOutput);
      return {};
    case drivers::mailbox::Model::k3B:
      return set_firmware_pin(kFirmwarePin, is_on);
    case drivers::mailbox::Model::kUnknown:
      break;
  }
  return kernel::Fail(kernel::Error::kUnsupported);
}

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_ACT_LED_H_
