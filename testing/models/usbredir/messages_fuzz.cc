// Any bytes from QEMU, in any pieces: the connection answers or ends, and what it answers can be read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "testing/models/lan7800/lan7800.h"
#include "testing/models/usbredir/messages.h"
#include "testing/models/usbredir/redirection.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  models::Lan7800 chip;
  usbredir::Reader answers;
  std::size_t count = 0;
  usbredir::Redirection redirection(chip, [&](std::span<const std::byte> bytes) {
    if (!answers.Add(bytes)) std::abort();
    // Our hello is the first; ids grow after theirs.
    while (const auto message = answers.Next()) {
      ++count;
      if (message->type == usbredir::Type::kHello) answers.SetIds64Bits(true);
    }
  });
  // A good hello first, so that more is reached; where the input is odd, it must do without.
  std::span<const std::byte> input = std::as_bytes(std::span(data, size));
  bool is_fine = true;
  if (size % 2 == 0) {
    usbredir::Builder hello;
    hello.Zeros(64).U32(~0u);
    is_fine =
        redirection.Receive(usbredir::Encode({.type = usbredir::Type::kHello, .id = 0, .body = hello.Take()}, false));
  }
  while (!input.empty() && is_fine) {
    const std::size_t piece = std::min(input.size(), 1 + static_cast<std::size_t>(input[0]));
    is_fine = redirection.Receive(input.first(piece));
    input = input.subspan(piece);
  }
  redirection.PollInterrupts();
  redirection.Unplug();
  redirection.Plug();
  if (answers.is_broken() || count == 0) std::abort();
  return 0;
}
