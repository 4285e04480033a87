// What the firmware says of a board, and whether it says it twice alike.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "boards/rpi3/firmware.h"
#include "boards/rpi3/mailbox.h"
#include "drivers/mailbox/bcm2835/properties.h"
#include "drivers/mailbox/bcm2835/revision.h"

namespace {

using board::FirmwareTag;
using drivers::mailbox::Clock;
using drivers::mailbox::PowerDevice;

bool PrintClock(const char* name, Clock clock) {
  const auto rate = board::AskClockRate(clock);
  if (rate) std::printf("clock %s %u\n", name, *rate);
  return rate.has_value();
}

}  // namespace

int main() {
  const auto revision = board::AskRevision();
  if (!revision) return 1;
  std::printf("revision %x: %s\n", *revision, drivers::mailbox::NameOf(board::AskModel()));

  std::array<std::uint32_t, 2> memory = {};
  if (!board::AskFirmware(FirmwareTag::kArmMemory, memory)) return 2;
  std::printf("memory %u MiB from %#x\n", memory[1] >> 20, memory[0]);

  std::array<std::uint32_t, 2> words = {};
  if (!board::AskFirmwareForBytes(FirmwareTag::kMac, words, 6)) return 3;
  std::array<unsigned char, 6> mac = {};
  std::memcpy(mac.data(), words.data(), mac.size());
  std::printf("mac");
  for (const unsigned char byte : mac) std::printf(" %02x", byte);
  std::printf("\n");

  if (!PrintClock("uart", Clock::kUart) || !PrintClock("core", Clock::kCore) || !PrintClock("arm", Clock::kArm)) {
    return 4;
  }
  if (!board::SwitchOn(PowerDevice::kUsb)) return 5;
  std::puts("usb has power");
  // An answer of another length than was asked for, and too long a question.
  std::array<std::uint32_t, 1> short_one = {};
  if (board::AskFirmware(FirmwareTag::kArmMemory, short_one).error() != kernel::Error::kMalformed) return 6;
  std::array<std::uint32_t, board::kMostFirmwareWords + 1> long_one = {};
  if (board::AskFirmware(FirmwareTag::kMac, long_one).error() != kernel::Error::kInvalidArgument) return 7;
}
