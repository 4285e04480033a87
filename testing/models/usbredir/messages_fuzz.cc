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
  const usbredir::Redirection* said_hello = nullptr;  // only its hello has gone out before it is there
  usbredir::Redirection redirection(chip, [&](std::span<const std::byte> bytes) {
    answers.SetIds64Bits(said_hello != nullptr && said_hello->are_ids_64_bits());
    if (!answers.Add(bytes)) std::abort();
    while (answers.Next()) ++count;
  });
  said_hello = &redirection;
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
