// Who is told of the edges of a pin.
#ifndef ENKEL_DRIVERS_GPIO_BCM2835_EDGES_H_
#define ENKEL_DRIVERS_GPIO_BCM2835_EDGES_H_

#include <array>
#include <bit>
#include <cstdint>

#include "drivers/gpio/bcm2835/bcm2835_gpio.h"

namespace drivers::gpio {

// A handler a pin, called at once from the interrupt of the pins.
template <typename Gpio>
class EdgeHandlers {
 public:
  using Handler = void (*)(void* argument);

  constexpr explicit EdgeHandlers(Gpio gpio) : gpio_(gpio) {}

  // From now on `handler(argument)` runs at these edges of `pin`, in interrupt context; of edges that come closer than
  // it is called, one counts. A pin has one handler: the last one. Not interrupt-safe.
  void Watch(unsigned pin, Edges edges, Handler handler, void* argument) {
    gpio_.Watch(pin, Edges::kNone);  // no old one may meet a new handler
    handlers_[pin] = {.handler = handler, .argument = argument};
    gpio_.Watch(pin, edges);
  }

  // Takes what has happened and calls whom it concerns; events of pins that nobody watches are cleared.
  void OnInterrupt() {
    for (unsigned bank = 0; bank < 2; ++bank) {
      for (std::uint32_t events = gpio_.TakeEvents(bank); events != 0; events &= events - 1) {
        const unsigned pin = bank * 32 + static_cast<unsigned>(std::countr_zero(events));
        if (pin >= Gpio::kPins || handlers_[pin].handler == nullptr) continue;
        handlers_[pin].handler(handlers_[pin].argument);
      }
    }
  }

 private:
  struct Entry {
    Handler handler = nullptr;
    void* argument = nullptr;
  };

  Gpio gpio_;
  std::array<Entry, Gpio::kPins> handlers_ = {};
};

}  // namespace drivers::gpio

#endif  // ENKEL_DRIVERS_GPIO_BCM2835_EDGES_H_
