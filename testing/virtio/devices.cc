// The other virtio devices of a machine: its disk, its source of entropy, its second console.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string_view>

#include "boards/storage.h"
#include "boards/virtio/console_device.h"
#include "crypto_hash_sha256.h"
#include "drivers/block/block_device.h"
#include "drivers/console/virtio_console/virtio_console.h"
#include "kernel/arch/interrupts.h"
#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "kernel/log/echo.h"
#include "kernel/log/log.h"
#include "kernel/random/entropy_device.h"
#include "kernel/random/random.h"

namespace {

using drivers::block::BlockDevice;
using drivers::block::kSectorSize;
using drivers::block::Request;

// Counts interrupts: who waits for one sleeps.
class Bell final : public kernel::Waker {
 public:
  void Wake() override { rings_ = rings_ + 1; }
  std::uint64_t rings() const { return rings_; }

 private:
  volatile std::uint64_t rings_ = 0;
};

constinit Bell disk_bell;
constinit Bell console_bell;
constinit drivers::console::VirtioConsole* console = nullptr;

constexpr std::size_t kAtATime = 64 * 1024;
alignas(4096) std::array<std::byte, kAtATime> buffer;

bool Do(BlockDevice& disk, Request request) {
  if (!disk.Submit(request)) return false;
  while (!request.outcome) {
    const std::uint64_t seen = disk_bell.rings();
    if (disk.Poll() > 0) continue;
    kernel::arch::MaskInterrupts();  // check, then sleep, in one step
    while (disk_bell.rings() == seen) kernel::arch::WaitForInterrupt();
    kernel::arch::UnmaskInterrupts();
  }
  return request.outcome->has_value();
}

bool PrintHash(BlockDevice& disk, const char* what) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  constexpr std::uint64_t kStep = kAtATime / kSectorSize;
  for (std::uint64_t sector = 0; sector < disk.sector_count(); sector += kStep) {
    const std::uint64_t count = std::min(kStep, disk.sector_count() - sector);
    const std::span<std::byte> bytes = std::span(buffer).first(count * kSectorSize);
    if (!Do(disk, {.sector = sector, .bytes = bytes})) return false;
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::array<unsigned char, 32> hash;
  crypto_hash_sha256_final(&state, hash.data());
  std::printf("%s: ", what);
  for (const unsigned char byte : hash) std::printf("%02x", static_cast<unsigned>(byte));
  std::printf("\n");
  return true;
}

bool TestDisk() {
  const auto disk = board::OpenStorage(0, disk_bell);
  if (!disk) {
    std::printf("no disk: error %d\n", static_cast<int>(disk.error()));
    return false;
  }
  std::printf("disk of %lu sectors\n", (*disk)->sector_count());
  if (!PrintHash(**disk, "as it was")) return false;
  // Every second 64 KiB become what is known here and where the expected hash was made.
  for (std::uint64_t sector = kAtATime / kSectorSize; sector < (*disk)->sector_count();
       sector += 2 * kAtATime / kSectorSize) {
    for (std::size_t i = 0; i < buffer.size(); ++i) buffer[i] = static_cast<std::byte>(i / 256 + sector);
    if (!Do(**disk, {.kind = Request::Kind::kWrite, .sector = sector, .bytes = buffer})) return false;
  }
  if (!Do(**disk, {.kind = Request::Kind::kFlush})) return false;
  return PrintHash(**disk, "as written") && !board::OpenStorage(1, disk_bell);
}

bool TestEntropy() {
  const auto before = kernel::random::Report(kernel::random::Source::kDevice).samples;
  if (const auto added = board::AddEntropyFromDevice(); !added) {
    std::printf("no entropy: error %d\n", static_cast<int>(added.error()));
    return false;
  }
  const auto samples = kernel::random::Report(kernel::random::Source::kDevice).samples - before;
  std::array<std::byte, 16> bytes = {};
  const bool is_filled = kernel::random::TryFill(bytes);
  std::printf("bytes of entropy: %lu; %s\n", samples, is_filled ? "seeded" : "not seeded");
  return samples == 64 && is_filled && board::AddEntropyFromDevice();
}

void Echo(kernel::log::Level, kernel::Instant, std::string_view text) {
  console->Write(text);
  console->Write("\n");
}

bool TestConsole() {
  const auto opened = board::OpenVirtioConsole(console_bell);
  if (!opened) {
    std::printf("no console: error %d\n", static_cast<int>(opened.error()));
    return false;
  }
  console = *opened;
  kernel::log::SetEcho(&Echo);
  KERNEL_LOG(kWarning, "this line of the log comes by virtio");
  kernel::log::SetEcho(nullptr);
  return console->resets() == 0;
}

}  // namespace

int main() {
  // No shortcuts: each says what it is that does not work.
  const bool has_entropy = TestEntropy();
  const bool has_disk = TestDisk();
  const bool has_console = TestConsole();
  return has_entropy && has_disk && has_console ? 0 : 1;
}
