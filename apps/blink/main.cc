// Blinks the board's LED twice a second, and answers a button at once: the lamp follows it from within the interrupt.
#include <poll.h>
#include <unistd.h>

#include <cstdio>

#include "apps/blink/answer.h"
#include "boards/machine/pins.h"

namespace {

// By the numbers of the GPIOs; docs/blink_on_a_board.md has a drawing.
constexpr unsigned kBlinker = 17;  // blinks with the LED
constexpr unsigned kLamp = 27;     // lit while the button is pressed
constexpr unsigned kButton = 21;   // to ground

constexpr int kHalfPeriod = 250;  // milliseconds

// Whether somebody pressed Enter within that time.
bool WaitForEnter(int milliseconds) {
  pollfd console = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  if (poll(&console, 1, milliseconds) <= 0) return false;
  char byte = 0;
  return read(STDIN_FILENO, &byte, 1) <= 0 || byte == '\n';
}

}  // namespace

int main() {
  const auto blinker = machine::OutputPin::Open(kBlinker, false);
  const auto lamp = machine::OutputPin::Open(kLamp, false);
  const auto button = machine::InputPin::Open(kButton, machine::Pull::kUp);
  if (!blinker || !lamp || !button) {
    std::puts("This machine has no pins: try a Raspberry Pi 3.");
    return 1;
  }
  if (!machine::SwitchLed(false)) std::puts("The firmware does not let go of the LED: only GPIO17 blinks.");
  blink::Answer<machine::OutputPin, machine::InputPin> answer(*lamp, *button);
  if (!button->Watch(machine::Edges::kBoth, &decltype(answer)::OnEdge, &answer)) return 1;

  std::puts("Blinking. The button at GPIO21 lights the lamp at GPIO27. Enter ends it.");
  int blinks = 0;
  int presses = 0;
  for (bool is_on = true;; is_on = !is_on) {
    blinker->Write(is_on);
    (void)machine::SwitchLed(is_on);
    if (is_on && blinker->Read()) ++blinks;
    if (WaitForEnter(kHalfPeriod)) break;
    if (const int now = answer.presses(); now != presses) std::printf("pressed %d times\n", presses = now);
  }
  blinker->Write(false);
  (void)machine::SwitchLed(false);
  std::printf("blinked %d times, pressed %d times\n", blinks, answer.presses());
}
