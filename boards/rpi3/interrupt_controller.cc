#include "boards/rpi3/addresses.h"
#include "boards/rpi3/barrier.h"
#include "drivers/interrupt/bcm2836/bcm2836.h"
#include "kernel/base/address.h"
#include "kernel/boot/board.h"
#include "kernel/interrupt/controller.h"

namespace board {
namespace {

using drivers::interrupt::Bcm2836;

// Whatever was interrupted may have been using another peripheral, and so may the handler.
class Controller final : public Bcm2836 {
 public:
  using Bcm2836::Bcm2836;

  Line Claim(std::uint32_t entry) override {
    SwitchPeripheral();
    const Line line = Bcm2836::Claim(entry);
    SwitchPeripheral();
    return line;
  }
  void Complete(Line) override { SwitchPeripheral(); }
};

constinit Controller controller(kInterrupts, kernel::VirtualAddress{kArmLocal.value});
constinit bool is_ready = false;

}  // namespace

kernel::interrupt::Controller& InterruptController() {
  if (!is_ready) {
    is_ready = true;
    SwitchPeripheral();
    controller.Initialize();
    SwitchPeripheral();
  }
  return controller;
}

}  // namespace board
