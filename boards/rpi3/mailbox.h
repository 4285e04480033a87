// Questions to the firmware on the GPU, one at a time, polled. [Mailbox]
#ifndef ENKEL_BOARDS_RPI3_MAILBOX_H_
#define ENKEL_BOARDS_RPI3_MAILBOX_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/mailbox/bcm2835/properties.h"
#include "kernel/base/result.h"

namespace board {

using FirmwareTag = drivers::mailbox::Tag;

// Sends a message and waits for the answer; returns how many bytes of the value are the answer's, at most `room`.
// Blocks, but not for ever. Not interrupt-safe. Errors: kNotFound (no answer), kUnsupported (tag refused).
kernel::Result<std::uint32_t> Exchange(drivers::mailbox::PropertyMessage& message);

inline constexpr std::size_t kMostFirmwareWords = 8;

// Sends `words` (at most kMostFirmwareWords) with the tag and replaces them by the answer, which must have that length.
// Blocks, but not for ever. Not interrupt-safe: there is one buffer.
// Errors: kInvalidArgument (too many words), kNotFound (no answer), kUnsupported (tag refused), kMalformed (answer).
kernel::Result<void> AskFirmware(FirmwareTag tag, std::span<std::uint32_t> words);

// The same for an answer of `size` bytes that fill no whole words.
kernel::Result<void> AskFirmwareForBytes(FirmwareTag tag, std::span<std::uint32_t> words, std::uint32_t size);

}  // namespace board

#endif  // ENKEL_BOARDS_RPI3_MAILBOX_H_
