// What the firmware on the GPU is asked, and in which form. [Mailbox] "Mailbox property interface"
#ifndef ENKEL_DRIVERS_MAILBOX_BCM2835_PROPERTIES_H_
#define ENKEL_DRIVERS_MAILBOX_BCM2835_PROPERTIES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/result.h"

namespace drivers::mailbox {

enum class Tag : std::uint32_t {
  kBoardRevision = 0x00010002,  // answer: a word
  kMac = 0x00010003,            // answer: 6 bytes
  kArmMemory = 0x00010005,      // answer: base, size
  kPower = 0x00020001,          // device; answer: device, state
  kSetPower = 0x00028001,       // device, state; answer: the same
  kClockRate = 0x00030002,      // clock; answer: clock, hertz
  kSetPin = 0x00038041,         // pin of the firmware's, level; answer: 0, level
  kCommandLine = 0x00050001,    // answer: text
};

// Of kClockRate.
enum class Clock : std::uint32_t { kEmmc = 1, kUart = 2, kArm = 3, kCore = 4 };

// Of kPower and kSetPower.
enum class PowerDevice : std::uint32_t { kSdCard = 0, kUsb = 3 };

// What the firmware reads and overwrites: one tag.
struct PropertyMessage {
  std::uint32_t size;  // bytes of the whole
  std::uint32_t code;
  std::uint32_t tag;
  std::uint32_t room;  // bytes of the value
  std::uint32_t value_size;
};

// With its value and its end. It has its cache lines for itself.
template <std::size_t kWords>
struct alignas(64) PropertyMessageWith {
  // With a value of zeroes.
  void Prepare(Tag tag) {
    *this = {.message = {.size = sizeof(*this),
                         .code = 0,
                         .tag = static_cast<std::uint32_t>(tag),
                         .room = sizeof(value),
                         .value_size = 0},
             .value = {},
             .end_tag = 0};
  }

  PropertyMessage message;
  std::array<std::uint32_t, kWords> value;
  std::uint32_t end_tag;
};

// How many bytes of the value are the firmware's, at most `room` that it was given. Error: kUnsupported (it refused the
// message, or does not know the tag).
constexpr kernel::Result<std::uint32_t> AnswerSize(const PropertyMessage& message, std::uint32_t room) {
  constexpr std::uint32_t kAnswered = 0x80000000;  // in `code`: success; in `value_size`: this tag was answered
  if (message.code != kAnswered || (message.value_size & kAnswered) == 0) {
    return kernel::Fail(kernel::Error::kUnsupported);
  }
  return std::min(message.value_size & ~kAnswered, room);
}

}  // namespace drivers::mailbox

#endif  // ENKEL_DRIVERS_MAILBOX_BCM2835_PROPERTIES_H_
