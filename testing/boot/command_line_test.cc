// The command line as the board reads it from a device tree that lies where QEMU leaves it, read long after boot, when
// all memory is in use: its neighbours must not notice.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "kernel/boot/board.h"

namespace {

constexpr std::uint64_t kTreeOnVirt = 0x4400'0000;  // with 128 MiB
constexpr std::uint64_t kTreeOnRpi3 = 0x0800'0000;

}  // namespace

int main() {
  constexpr std::size_t kSize = 40 << 20;
  const auto neighbours = std::make_unique<unsigned char[]>(kSize);
  std::memset(neighbours.get(), 0x5a, kSize);

  std::string_view words = board::CommandLine({kTreeOnVirt, 0});
  if (words.empty()) words = board::CommandLine({kTreeOnRpi3, 0});
  std::printf("command line: [%.*s]\n", static_cast<int>(words.size()), words.data());

  for (std::size_t i = 0; i < kSize; ++i) {
    if (neighbours[i] != 0x5a) return 1;
  }
  return 0;
}
