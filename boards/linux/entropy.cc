// Linux' own generator. [getrandom(2)]
#include <cstddef>
#include <span>

#include "boards/linux/system_call.h"
#include "kernel/boot/board.h"

namespace board {
namespace {

constexpr unsigned GRND_NONBLOCK = 1;  // Linux uapi random.h

}  // namespace

std::size_t ReadEntropy(std::span<std::byte> buffer) {
  const long size = linux_abi::EnkelLinuxGetRandom(buffer.data(), buffer.size(), GRND_NONBLOCK);
  return size < 0 ? 0 : static_cast<std::size_t>(size);
}

bool EntropyIsRaw() { return false; }

}  // namespace board
