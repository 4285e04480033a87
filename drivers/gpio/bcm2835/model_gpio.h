// The pins for tests: levels follow outputs and what a test puts on inputs; edges become events, and events ask.
#ifndef ENKEL_DRIVERS_GPIO_BCM2835_MODEL_GPIO_H_
#define ENKEL_DRIVERS_GPIO_BCM2835_MODEL_GPIO_H_

#include <array>
#include <cstdint>

#include "drivers/bus/registers/rules.h"

namespace drivers::gpio {

inline constexpr std::uint64_t kAllPins = 0xffff'ffff;
inline constexpr std::array kGpioRules = {
    Rule{.offset = 0x00, .writable = 0x3fff'ffff},
    Rule{.offset = 0x04, .writable = 0x3fff'ffff},
    Rule{.offset = 0x08, .writable = 0x3fff'ffff},
    Rule{.offset = 0x0c, .writable = 0x3fff'ffff},
    Rule{.offset = 0x10, .writable = 0x3fff'ffff},
    Rule{.offset = 0x14, .writable = 0xfff},
    Rule{.offset = 0x1c, .is_write_only = true},
    Rule{.offset = 0x20, .is_write_only = true},
    Rule{.offset = 0x28, .is_write_only = true},
    Rule{.offset = 0x2c, .is_write_only = true},
    Rule{.offset = 0x34, .is_read_only = true},
    Rule{.offset = 0x38, .is_read_only = true},
    Rule{.offset = 0x40, .cleared_by_one = kAllPins},
    Rule{.offset = 0x44, .cleared_by_one = 0x3f'ffff},
    Rule{.offset = 0x4c, .writable = kAllPins},
    Rule{.offset = 0x50, .writable = 0x3f'ffff},
    Rule{.offset = 0x58, .writable = kAllPins},
    Rule{.offset = 0x5c, .writable = 0x3f'ffff},
    Rule{.offset = 0x94, .writable = 3},
    Rule{.offset = 0x98, .writable = kAllPins},
    Rule{.offset = 0x9c, .writable = 0x3f'ffff},
};

class ModelGpio final : public RuleModel {
 public:
  ModelGpio() : RuleModel(kGpioRules) {}

  // From outside, onto a pin that is an input.
  void Drive(unsigned pin, bool is_high) {
    if (FunctionOf(pin) == 0) SetLevel(pin, is_high);
  }
  bool Level(unsigned pin) const { return (Get(0x34 + Bank(pin)) & Bit(pin)) != 0; }
  // The line of the pins.
  bool Asks() const { return Get(0x40) != 0 || Get(0x44) != 0; }
  // What the resistor of a pin does: 0, 1 down, 2 up.
  unsigned PullOf(unsigned pin) const { return pulls_[pin]; }

 private:
  static std::uint32_t Bank(unsigned pin) { return pin / 32 * 4; }
  static std::uint64_t Bit(unsigned pin) { return std::uint64_t{1} << pin % 32; }
  unsigned FunctionOf(unsigned pin) const { return Get(pin / 10 * 4) >> pin % 10 * 3 & 7; }

  void SetLevel(unsigned pin, bool is_high) {
    if (Level(pin) == is_high) return;
    Put(0x34 + Bank(pin), Get(0x34 + Bank(pin)) ^ Bit(pin));
    const std::uint32_t watched = is_high ? 0x4c : 0x58;
    if ((Get(watched + Bank(pin)) & Bit(pin)) != 0) Put(0x40 + Bank(pin), Get(0x40 + Bank(pin)) | Bit(pin));
  }
  void AfterStore(std::uint32_t offset, std::uint64_t value) override {
    for (unsigned pin = 0; pin < pulls_.size(); ++pin) {
      if ((value & Bit(pin)) == 0) continue;
      if (offset == 0x1c + Bank(pin)) Latch(pin, true);
      if (offset == 0x28 + Bank(pin)) Latch(pin, false);
      if (offset == 0x98 + Bank(pin)) pulls_[pin] = static_cast<unsigned>(Get(0x94));
    }
    for (unsigned pin = 0; pin < pulls_.size(); ++pin) {
      if (FunctionOf(pin) == 1) SetLevel(pin, latches_[pin]);
    }
  }
  void Latch(unsigned pin, bool is_high) { latches_[pin] = is_high; }

  std::array<unsigned, 54> pulls_ = {};
  std::array<bool, 54> latches_ = {};
};

}  // namespace drivers::gpio

#endif  // ENKEL_DRIVERS_GPIO_BCM2835_MODEL_GPIO_H_
