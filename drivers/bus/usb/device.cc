#include "drivers/bus/usb/device.h"

#include "drivers/bus/usb/host.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace drivers::usb {

void Pipe::Submit(Transfer& transfer) {
  CHECK(is_open());
  device_->host_->Submit(*this, transfer);
}

void Pipe::CancelAll() {
  if (is_open()) device_->host_->Cancel(*this, Status::kCancelled);
}

kernel::Result<void> Device::Open(Pipe& pipe, const EndpointDescriptor& endpoint) {
  return host_->Open(*this, pipe, endpoint);
}

void Device::Close(Pipe& pipe) { host_->Close(pipe); }

void Device::ClearHalt(Pipe& pipe, Transfer& transfer) { host_->ClearHalt(pipe, transfer); }

kernel::Instant Device::now() const { return host_->now(); }
void Device::SetTimer(Timer& timer, kernel::Instant deadline) { host_->SetTimer(timer, deadline); }
void Device::CancelTimer(Timer& timer) { host_->CancelTimer(timer); }

}  // namespace drivers::usb
