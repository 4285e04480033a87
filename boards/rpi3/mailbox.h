// Questions to the firmware on the GPU, one at a time, polled. [Mailbox]
#ifndef ENKEL_BOARDS_RPI3_MAILBOX_H_
#define ENKEL_BOARDS_RPI3_MAILBOX_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"

namespace board {

// Property tags. [Mailbox] "property interface"
enum class FirmwareTag : std::uint32_t {
  kArmMemory = 0x00010005,  // answer: base, size
};

inline constexpr std::size_t kMostFirmwareWords = 8;

// Sends `words` (at most kMostFirmwareWords) with the tag and replaces them by the answer, which must have that length.
// Blocks, but not for ever. Not interrupt-safe: there is one buffer.
// Errors: kInvalidArgument (too many words), kNotFound (no answer), kUnsupported (tag refused), kMalformed (answer).
kernel::Result<void> AskFirmware(FirmwareTag tag, std::span<std::uint32_t> words);

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_MAILBOX_H_
