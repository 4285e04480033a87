#include "boards/virtio/port.h"

#include <cstdint>
#include <utility>

#include "drivers/bus/pci/configuration.h"
#include "drivers/bus/pci/device.h"
#include "drivers/bus/pci/host.h"
#include "drivers/bus/pci/msix.h"
#include "drivers/bus/virtio/mmio.h"
#include "drivers/bus/virtio/pci.h"
#include "drivers/bus/virtio/transport.h"
#include "kernel/base/address.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "kernel/interrupt/masked_section.h"

namespace board {

using drivers::pci::MsixTable;
using kernel::Fail;
using kernel::Result;
using kernel::interrupt::Line;
using kernel::interrupt::Message;
using kernel::interrupt::Trigger;

namespace {

constinit kernel::interrupt::MaskedSite kListenSite("listen to a device");
constinit VirtioPort* listening = nullptr;  // the first one of each line

}  // namespace

void VirtioPort::OpenMmio(kernel::VirtualAddress base, Line line) {
  mmio_ = drivers::virtio::Mmio(base);
  transport_ = &mmio_;
  line_ = line;
}

Result<void> VirtioPort::OpenPci(drivers::pci::Host& host, drivers::pci::Location at, LineOfPin line_of_pin) {
  drivers::pci::Device device(host, at);
  const auto registers = drivers::virtio::FindPciRegisters(device);
  if (!registers) return Fail(registers.error());
  pci_ = drivers::virtio::Pci(*registers);
  transport_ = &pci_;
  const Result<void> messages = UseMessages(device);
  if (messages || messages.error() != kernel::Error::kUnsupported) return messages;
  line_ = line_of_pin(host, at);
  if (line_ == kernel::interrupt::kNoLine) return messages;
  device.Enable(drivers::pci::Device::Interrupts::kPin);
  return {};
}

Result<void> VirtioPort::UseMessages(drivers::pci::Device& device) {
  constexpr std::uint16_t kConfigurationEntry = 0;
  constexpr std::uint16_t kBuffersEntry = 1;
  Result<MsixTable> table = MsixTable::Open(device);
  if (!table) return Fail(table.error());
  if (table->count() <= kBuffersEntry) return Fail(kernel::Error::kUnsupported);
  const Result<Message> configuration = kernel::interrupt::AllocateMessage();
  if (!configuration) return Fail(configuration.error());
  const Result<Message> buffers = kernel::interrupt::AllocateMessage();
  if (!buffers) return Fail(buffers.error());
  device.Enable();
  table->Set(kConfigurationEntry, *configuration);
  table->Set(kBuffersEntry, *buffers);
  table->Enable(device);
  pci_.UseVectors(kConfigurationEntry, kBuffersEntry);
  configuration_ = configuration->line;
  buffers_ = buffers->line;
  return {};
}

// Of all that have the line: which of them asked, each knows itself.
void VirtioPort::OnLine(void* self) {
  for (VirtioPort* port = static_cast<VirtioPort*>(self); port != nullptr; port = port->sharer_) {
    if (const std::uint32_t why = port->transport_->TakeInterrupt(); why != 0) port->handler_(port->argument_, why);
  }
}

// A message says by itself what it is about: the device is not asked.
void VirtioPort::OnBuffers(void* self) {
  VirtioPort& port = *static_cast<VirtioPort*>(self);
  port.handler_(port.argument_, drivers::virtio::kBuffersUsed);
}

void VirtioPort::OnConfiguration(void* self) {
  VirtioPort& port = *static_cast<VirtioPort*>(self);
  port.handler_(port.argument_, drivers::virtio::kConfigurationChanged);
}

Result<void> VirtioPort::ListenTo(Line line, Trigger trigger, const char* name, kernel::interrupt::Handler handler) {
  Result<kernel::interrupt::Registration> registration =
      kernel::interrupt::Register(line, trigger, name, handler, this);
  if (!registration) return Fail(registration.error());
  std::move(*registration).Keep();
  return {};
}

// A device holds its line until it is told that it was heard: a level, whatever a tree calls it. Pins share lines: the
// first one's handler calls the others'.
Result<void> VirtioPort::ListenToLine(const char* name) {
  VirtioPort* first = listening;
  while (first != nullptr && first->line_ != line_) first = first->next_;
  if (first == nullptr) {
    if (const auto heard = ListenTo(line_, Trigger::kHighLevel, name, &OnLine); !heard) return heard;
    next_ = std::exchange(listening, this);
  }
  const kernel::interrupt::MaskedSection section(kListenSite);
  if (first != nullptr) sharer_ = std::exchange(first->sharer_, this);
  // A device may have asked before anybody listened. QEMU's I/O APIC does not look at a level that was there before.
  if (const std::uint32_t why = transport_->TakeInterrupt(); why != 0) handler_(argument_, why);
  return {};
}

Result<void> VirtioPort::Listen(const char* name, Handler handler, void* argument) {
  handler_ = handler;
  argument_ = argument;
  if (line_ != kernel::interrupt::kNoLine) return ListenToLine(name);
  if (const auto heard = ListenTo(configuration_, Trigger::kRisingEdge, name, &OnConfiguration); !heard) return heard;
  return ListenTo(buffers_, Trigger::kRisingEdge, name, &OnBuffers);
}

}  // namespace board
