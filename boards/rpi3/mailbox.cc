#include "boards/rpi3/mailbox.h"

#include <cstdint>
#include <cstring>
#include <span>

#include "boards/rpi3/addresses.h"
#include "drivers/mailbox/bcm2835/bcm2835_mailbox.h"
#include "drivers/mailbox/bcm2835/properties.h"
#include "kernel/arch/aarch64/data_cache.h"
#include "kernel/base/result.h"

namespace board {
namespace {

using drivers::mailbox::PropertyMessage;
using drivers::mailbox::PropertyMessageWith;
using kernel::Error;
using kernel::Fail;

constinit PropertyMessageWith<kMostFirmwareWords> buffer = {};

void HandOver(const PropertyMessage& message, std::uint32_t size) {
  kernel::arch::CleanAndInvalidateDataCache({reinterpret_cast<std::uintptr_t>(&message)}, size);
}

}  // namespace

kernel::Result<std::uint32_t> Exchange(PropertyMessage& message) {
  const std::uint32_t size = message.size;
  const std::uint32_t room = message.room;
  HandOver(message, size);
  const auto address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(&message));
  const drivers::mailbox::Bcm2835Mailbox firmware(kMailbox);
  if (!firmware.Exchange(address | kGpuAlias | drivers::mailbox::kPropertyChannel)) return Fail(Error::kNotFound);
  HandOver(message, size);
  return drivers::mailbox::AnswerSize(message, room);
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
