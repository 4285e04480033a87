#include "boards/gpio.h"
#include "boards/rpi3/act_led.h"
#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "boards/rpi3/firmware.h"
#include "drivers/gpio/bcm2835/bcm2835_gpio.h"
#include "kernel/base/result.h"

namespace board {

kernel::Result<void> SwitchLed(bool is_on) {
  const drivers::mailbox::Model model = AskModel();
  SwitchPeripheral();
  const kernel::Result<void> switched = SwitchActLed(model, is_on, drivers::gpio::Bcm2835Gpio(kGpio), &SetFirmwarePin);
  SwitchPeripheral();
  return switched;
}

}  // namespace board
