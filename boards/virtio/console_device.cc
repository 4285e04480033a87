#include "boards/virtio/console_device.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

#include "boards/virtio/memory.h"
#include "boards/virtio/port.h"
#include "drivers/bus/virtio/transport.h"
#include "drivers/console/virtio_console/virtio_console.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"

namespace board {
namespace {

using drivers::console::VirtioConsole;
using kernel::Fail;
using kernel::Result;

struct Console {
  VirtioPort port;
  VirtioConsole* device = nullptr;
  kernel::Waker* waker = nullptr;

  static void OnInterrupt(void* self, std::uint32_t why) {
    Console& console = *static_cast<Console*>(self);
    console.device->OnInterrupt(why);
    console.waker->Wake();
  }
};

constinit const VirtioMemory domain;
constinit VirtioConsole::Memory memory = {};
alignas(VirtioConsole) constinit std::array<std::byte, sizeof(VirtioConsole)> storage = {};
constinit Console console;

}  // namespace

Result<VirtioConsole*> OpenVirtioConsole(kernel::Waker& waker) {
  const auto opened = OpenVirtio(drivers::virtio::DeviceType::kConsole, 0, console.port);
  if (!opened) return Fail(opened.error());
  const auto features = VirtioConsole::Negotiate(console.port.transport());
  if (!features) return Fail(features.error());
  console.waker = &waker;
  console.device = new (storage.data()) VirtioConsole(console.port.transport(), *features, domain, memory);
  const auto heard = console.port.Listen("virtio-console", &Console::OnInterrupt, &console);
  if (!heard) return Fail(heard.error());
  return console.device;
}

}  // namespace board
