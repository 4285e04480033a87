#include "boards/rpi3/firmware.h"

#include <array>
#include <cstdint>

#include "boards/rpi3/barrier.h"
#include "boards/rpi3/mailbox.h"
#include "drivers/mailbox/bcm2835/properties.h"
#include "drivers/mailbox/bcm2835/revision.h"
#include "kernel/base/result.h"

namespace board {
namespace {

using drivers::mailbox::Model;
using drivers::mailbox::PowerDevice;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

// [Mailbox] "Get power state"
constexpr std::uint32_t kOn = 1;
constexpr std::uint32_t kIsMissing = 2;  // in an answer
constexpr std::uint32_t kWait = 2;       // in a question

constinit Model model = Model::kUnknown;

// Other peripherals may have been at work before, and may be after it.
template <std::size_t kWords>
Result<void> Ask(FirmwareTag tag, std::array<std::uint32_t, kWords>& words) {
  SwitchPeripheral();
  const Result<void> asked = AskFirmware(tag, words);
  SwitchPeripheral();
  return asked;
}

Result<bool> PowerOf(FirmwareTag tag, PowerDevice device, std::uint32_t state) {
  std::array<std::uint32_t, 2> words = {static_cast<std::uint32_t>(device), state};
  if (const Result<void> asked = Ask(tag, words); !asked) return Fail(asked.error());
  if ((words[1] & kIsMissing) != 0) return Fail(Error::kNotFound);
  return (words[1] & kOn) != 0;
}

}  // namespace

Result<std::uint32_t> AskRevision() {
  std::array<std::uint32_t, 1> words = {};
  if (const Result<void> asked = Ask(FirmwareTag::kBoardRevision, words); !asked) return Fail(asked.error());
  return words[0];
}

Model AskModel() {
  if (model == Model::kUnknown) {
    if (const Result<std::uint32_t> revision = AskRevision()) model = drivers::mailbox::ModelOf(*revision);
  }
  return model;
}

Result<std::uint32_t> AskClockRate(drivers::mailbox::Clock clock) {
  std::array<std::uint32_t, 2> words = {static_cast<std::uint32_t>(clock), 0};
  if (const Result<void> asked = Ask(FirmwareTag::kClockRate, words); !asked) return Fail(asked.error());
  if (words[1] == 0) return Fail(Error::kNotFound);
  return words[1];
}

Result<bool> HasPower(PowerDevice device) { return PowerOf(FirmwareTag::kPower, device, 0); }

Result<void> SwitchOn(PowerDevice device) {
  const Result<bool> is_on = PowerOf(FirmwareTag::kSetPower, device, kOn | kWait);
  if (!is_on) return Fail(is_on.error());
  if (!*is_on) return Fail(Error::kNotFound);
  return {};
}

Result<void> SetFirmwarePin(std::uint32_t pin, bool is_high) {
  std::array<std::uint32_t, 2> words = {pin, is_high ? 1U : 0U};
  if (const Result<void> asked = Ask(FirmwareTag::kSetPin, words); !asked) return Fail(asked.error());
  if (words[0] != 0) return Fail(Error::kRefused);
  return {};
}

}  // namespace board
