// The virtio entropy device of a virtual machine.
#include "kernel/random/entropy_device.h"

#include <array>
#include <cstddef>
#include <span>

#include "boards/virtio/memory.h"
#include "boards/virtio/port.h"
#include "drivers/bus/virtio/transport.h"
#include "drivers/random/virtio_rng/virtio_rng.h"
#include "kernel/arch/cpu.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/random/random.h"

namespace board {
namespace {

using drivers::random::VirtioRng;
using kernel::Error;
using kernel::Fail;
using kernel::Result;

constexpr kernel::Duration kPatience = kernel::Duration::Milliseconds(100);

// In eighths of a bit. Made by the generator of the machine below; half is believed. 64 bytes make a seed.
constexpr kernel::random::Eighths kByte = 4 * 8;
static_assert(VirtioRng::kMostBytes * kByte >= kernel::random::kBitsToSeed * 8);

constinit const VirtioMemory domain;
[[gnu::section(".bss..noinit")]] constinit VirtioRng::Memory memory = {};  // zeroed when it is used
constinit VirtioPort port;
constinit bool is_open = false;

// A device that is stuck gives few values: of 64 random bytes, some 57 differ.
bool LooksRandom(std::span<const std::byte> bytes) {
  constexpr std::size_t kOneInFour = 4;
  std::array<bool, 256> seen = {};
  std::size_t values = 0;
  for (const std::byte byte : bytes) {
    bool& is_known = seen[static_cast<std::size_t>(byte)];
    if (!is_known) ++values;
    is_known = true;
  }
  return values > bytes.size() / kOneInFour;
}

}  // namespace

Result<void> AddEntropyFromDevice() {
  if (!is_open) {
    const auto opened = OpenVirtio(drivers::virtio::DeviceType::kEntropy, 0, port);
    if (!opened) return opened;
    is_open = true;
  }
  const auto features = VirtioRng::Negotiate(port.transport());
  if (!features) return Fail(features.error());
  memory = {};
  VirtioRng rng(port.transport(), *features, domain, memory);
  if (!rng.Ask()) return Fail(Error::kUnsupported);
  std::array<std::byte, VirtioRng::kMostBytes> bytes;
  const kernel::Instant deadline = Now() + kPatience;
  std::size_t size = 0;
  while ((size = rng.Take(bytes)) == 0) {
    if (rng.is_broken()) return Fail(Error::kMalformed);
    if (Now() >= deadline) return Fail(Error::kTimedOut);
    kernel::arch::Relax();
  }
  const std::span<const std::byte> given = std::span(bytes).first(size);
  const bool is_random = LooksRandom(given);
  kernel::random::AddDeviceEntropy(given, is_random ? kByte * static_cast<int>(size) : 0);
  for (std::byte& byte : bytes) *static_cast<volatile std::byte*>(&byte) = std::byte{0};
  if (!is_random) return Fail(Error::kMalformed);
  return {};
}

}  // namespace board
