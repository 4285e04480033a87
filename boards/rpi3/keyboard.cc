// A USB keyboard, plugged into any of the board's sockets.
#include "boards/keyboard.h"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "boards/rpi3/usb.h"
#include "drivers/bus/usb/host.h"
#include "drivers/input/usb_keyboard/usb_keyboard.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/event/deferred.h"

namespace board {
namespace {

using kernel::Error;
using kernel::Fail;
using kernel::Result;

void PassOn(void*);

constinit kernel::event::Deferred pass_on(&PassOn, nullptr);

// The driver calls it from the middle of the host's work: what is done with the text may take longer.
class Typed final : public kernel::Waker {
 public:
  void Wake() override { pass_on.Post(); }
};

constinit Typed typed;
[[clang::no_destroy]] constinit drivers::usb_keyboard::UsbKeyboard keyboard(typed);
constinit void (*type)(std::string_view) = nullptr;

void PassOn(void*) {
  std::array<char, drivers::usb_keyboard::UsbKeyboard::kRoom> text;
  while (const std::size_t size = keyboard.Read(text)) type({text.data(), size});
}

}  // namespace

Result<void> OpenKeyboard(void (*to)(std::string_view text)) {
  if (type != nullptr || IsUsbStarted()) return Fail(Error::kInUse);
  const Result<drivers::usb::Host*> host = UsbHost();
  if (!host) return Fail(host.error());
  type = to;
  (*host)->Add(keyboard);
  return StartUsb();
}

}  // namespace board
