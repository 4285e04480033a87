#include "boards/rpi3/mailbox.h"

#include <algorithm>
#include <cstring>

#include "boards/rpi3/addresses.h"
#include "kernel/arch/aarch64/data_cache.h"

namespace board {
namespace {

using kernel::Error;
using kernel::Fail;

// One direction of the mailbox. [Mailbox] "Accessing mailboxes"
struct MailboxRegisters {
  std::uint32_t data;  // 0x00: bits 31:4 the address of the buffer, 3:0 the channel
  std::uint32_t reserved[5];
  std::uint32_t status;  // 0x18
  std::uint32_t config;
};

struct Status {
  std::uint32_t value;
  constexpr bool full() const { return (value & 0x80000000) != 0; }
  constexpr bool empty() const { return (value & 0x40000000) != 0; }
};

volatile MailboxRegisters& FromFirmware() { return reinterpret_cast<volatile MailboxRegisters*>(kMailbox.value)[0]; }
volatile MailboxRegisters& ToFirmware() { return reinterpret_cast<volatile MailboxRegisters*>(kMailbox.value)[1]; }

constexpr std::uint32_t kPropertyChannel = 8;
constexpr std::uint32_t kUncachedAlias = 0xc0000000;  // how the GPU addresses RAM past its own cache
constexpr std::uint32_t kAnswered = 0x80000000;       // in `code`: success; in `value_size`: this tag was answered
constexpr int kMostPolls = 1'000'000;                 // about a tenth of a second; an answer takes microseconds

constinit FirmwareMessageWith<kMostFirmwareWords> buffer = {};

void HandOver(const FirmwareMessage& message) {
  kernel::arch::CleanAndInvalidateDataCache({reinterpret_cast<std::uintptr_t>(&message)}, message.size);
}

// Waits until the firmware sends `message` back; what else comes is an answer that somebody gave up on.
bool ExchangeWord(std::uint32_t message) {
  int polls = kMostPolls;
  while (Status{ToFirmware().status}.full()) {
    if (--polls == 0) return false;
  }
  ToFirmware().data = message;
  for (;;) {
    while (Status{FromFirmware().status}.empty()) {
      if (--polls <= 0) return false;
    }
    if (FromFirmware().data == message) return true;
    if (--polls <= 0) return false;
  }
}

}  // namespace

kernel::Result<std::uint32_t> Exchange(FirmwareMessage& message) {
  HandOver(message);
  const auto address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&message));
  if (!ExchangeWord(address | kUncachedAlias | kPropertyChannel)) return Fail(Error::kNotFound);
  HandOver(message);
  if (message.code != kAnswered || (message.value_size & kAnswered) == 0) return Fail(Error::kUnsupported);
  return std::min(message.value_size & ~kAnswered, message.room);
}

kernel::Result<void> AskFirmware(FirmwareTag tag, std::span<std::uint32_t> words) {
  return AskFirmwareForBytes(tag, words, static_cast<std::uint32_t>(words.size_bytes()));
}

kernel::Result<void> AskFirmwareForBytes(FirmwareTag tag, std::span<std::uint32_t> words, std::uint32_t expected) {
  if (words.size() > kMostFirmwareWords) return Fail(Error::kInvalidArgument);
  buffer.Prepare(tag);
  std::memcpy(buffer.value.data(), words.data(), words.size_bytes());
  const kernel::Result<std::uint32_t> size = Exchange(buffer.message);
  if (!size) return Fail(size.error());
  if (*size != expected) return Fail(Error::kMalformed);
  std::memcpy(words.data(), buffer.value.data(), words.size_bytes());
  return {};
}

}  // namespace board
