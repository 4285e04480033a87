// A virtio device that a board has found: how it is reached, and how it interrupts. What boards of virtual machines
// share.
#ifndef ENKEL_BOARDS_VIRTIO_PORT_H_
#define ENKEL_BOARDS_VIRTIO_PORT_H_

#include <cstdint>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/virtio/mmio.h"
#include "drivers/bus/virtio/pci.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"

namespace board {

// Lives for ever, at one place. Not interrupt-safe.
class VirtioPort {
 public:
  // `why` as drivers::virtio::kBuffersUsed and kConfigurationChanged. In interrupt context.
  using Handler = void (*)(void* argument, std::uint32_t why);

  constexpr VirtioPort() = default;
  VirtioPort(const VirtioPort&) = delete;
  VirtioPort& operator=(const VirtioPort&) = delete;

  // A device with registers at `base` and a line of its own, or shared with others of its kind.
  void OpenMmio(kernel::VirtualAddress base, kernel::interrupt::Line line);

  // To which line a pin leads; kNoLine: nobody knows.
  using LineOfPin = kernel::interrupt::Line (*)(drivers::pci::Host& host, drivers::pci::Location at);

  // A function of a prepared host. Its interrupts are two messages; where it has none, or the machine, it is its pin.
  // Errors: kUnsupported (no virtio 1, no interrupt), kMalformed, kOutOfMemory.
  kernel::Result<void> OpenPci(drivers::pci::Host& host, drivers::pci::Location at, LineOfPin line_of_pin);

  drivers::virtio::Transport& transport() { return *transport_; }

  // From now on `handler(argument, why)` runs when the device interrupts. Once; `name` lives for ever.
  // Errors: those of kernel::interrupt::Register.
  kernel::Result<void> Listen(const char* name, Handler handler, void* argument);

 private:
  kernel::Result<void> UseMessages(drivers::pci::Device& device);
  kernel::Result<void> ListenToLine(const char* name);
  static void OnLine(void* self);
  static void OnBuffers(void* self);
  static void OnConfiguration(void* self);
  kernel::Result<void> ListenTo(kernel::interrupt::Line line, kernel::interrupt::Trigger trigger, const char* name,
                                kernel::interrupt::Handler handler);

  drivers::virtio::Mmio mmio_{kernel::VirtualAddress{}};
  drivers::virtio::Pci pci_;
  drivers::virtio::Transport* transport_ = nullptr;
  Handler handler_ = nullptr;
  void* argument_ = nullptr;
  VirtioPort* next_ = nullptr;                                    // of those that listen to a line
  VirtioPort* sharer_ = nullptr;                                  // the next one that has the same line
  kernel::interrupt::Line line_ = kernel::interrupt::kNoLine;     // of a device without messages
  kernel::interrupt::Line buffers_ = kernel::interrupt::kNoLine;  // else these two
  kernel::interrupt::Line configuration_ = kernel::interrupt::kNoLine;
};

// Each board with virtio devices has this: opens the device number `index` of a kind, as QEMU's command line names
// them. Errors: kNotFound, and those of VirtioPort.
kernel::Result<void> OpenVirtio(drivers::virtio::DeviceType type, unsigned index, VirtioPort& port);

}  // namespace board

#endif  // ENKEL_BOARDS_VIRTIO_PORT_H_
