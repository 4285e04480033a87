// Questions to the firmware on the GPU, one at a time, polled. [Mailbox]
#ifndef ENKEL_BOARDS_RPI3_MAILBOX_H_
#define ENKEL_BOARDS_RPI3_MAILBOX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"

namespace board {

// Property tags. [Mailbox] "property interface"
enum class FirmwareTag : std::uint32_t {
  kMac = 0x00010003,          // answer: 6 bytes
  kArmMemory = 0x00010005,    // answer: base, size
  kSetPower = 0x00028001,     // device, state; answer: the same
  kCommandLine = 0x00050001,  // answer: text
};

// What the firmware reads and overwrites: one tag. It has its cache lines for itself.
struct FirmwareMessage {
  std::uint32_t size;  // bytes of the whole
  std::uint32_t code;
  std::uint32_t tag;
  std::uint32_t room;  // bytes of `value`
  std::uint32_t value_size;
};
template <std::size_t kWords>
struct alignas(64) FirmwareMessageWith {
  // With a value of zeroes.
  void Prepare(FirmwareTag tag) {
    *this = {.message = {.size = sizeof(*this),
                         .code = 0,
                         .tag = static_cast<std::uint32_t>(tag),
                         .room = sizeof(value),
                         .value_size = 0},
             .value = {},
             .end_tag = 0};
  }

  FirmwareMessage message;
  std::array<std::uint32_t, kWords> value;
  std::uint32_t end_tag;
};

// Sends a message and waits for the answer; returns how many bytes of the value are the answer's, at most `room`.
// Blocks, but not for ever. Not interrupt-safe. Errors: kNotFound (no answer), kUnsupported (tag refused).
kernel::Result<std::uint32_t> Exchange(FirmwareMessage& message);

inline constexpr std::size_t kMostFirmwareWords = 8;

// Sends `words` (at most kMostFirmwareWords) with the tag and replaces them by the answer, which must have that length.
// Blocks, but not for ever. Not interrupt-safe: there is one buffer.
// Errors: kInvalidArgument (too many words), kNotFound (no answer), kUnsupported (tag refused), kMalformed (answer).
kernel::Result<void> AskFirmware(FirmwareTag tag, std::span<std::uint32_t> words);

// The same for an answer of `size` bytes that fill no whole words.
kernel::Result<void> AskFirmwareForBytes(FirmwareTag tag, std::span<std::uint32_t> words, std::uint32_t size);

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_MAILBOX_H_
