#include "drivers/bus/usb/hub.h"

#include <bit>
#include <cstdint>
#include <utility>

#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/host.h"
#include "drivers/bus/usb/host_controller.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/time.h"

namespace drivers::usb {
namespace {

using kernel::Duration;

constexpr Duration kDebounce = Duration::Milliseconds(100);       // TATTDB. [USB2] 7.1.7.3
constexpr Duration kRecovery = Duration::Milliseconds(20);        // at least TRSTRCY, 10 ms. [USB2] 7.1.7.5
constexpr Duration kResetPatience = Duration::Milliseconds(100);  // then the hub is asked
constexpr Duration kCoolDown = Duration::Milliseconds(500);       // after too much current
constexpr std::uint8_t kMostTries = 3;
constexpr std::uint8_t kMostFailures = 3;

}  // namespace

PortFeature PortFeatures::TakeFirst() {
  const int first = std::countr_zero(bits);
  bits &= bits - 1;
  return static_cast<PortFeature>(first);
}

void Port::OnTimer() { hub_->OnTimer(*this); }

void Hub::Begin(Host& host, Device* device, std::uint8_t ports) {
  host_ = &host;
  device_ = device;
  count_ = ports;
  is_busy_ = false;
  for (std::uint8_t number = 0; number <= count_; ++number) {
    Port& port = ports_[number];
    port.hub_ = this;
    port.number_ = number;
    port.state_ = PortState::kEmpty;
    port.tries_ = 0;
    port.must_read_ = false;
    port.to_set_ = {};
    port.to_clear_ = {};
    port.device_ = nullptr;
  }
}

void Hub::PowerOn() {
  for (std::uint8_t number = 1; number <= count_; ++number) ports_[number].to_set_.Add(PortFeature::kPower);
  is_powering_ = true;
  Advance();
}

void Hub::End() {
  for (std::uint8_t number = 1; number <= count_; ++number) {
    Drop(ports_[number]);
    ports_[number].state_ = PortState::kEmpty;
  }
  count_ = 0;
}

void Hub::MustRead(std::uint8_t number) {
  ports_[number].must_read_ = true;
  Advance();
}

Port* Hub::FindWork() {
  for (std::uint8_t number = 0; number <= count_; ++number) {
    Port& port = ports_[number];
    if (port.must_read_ || !port.to_set_.IsEmpty() || !port.to_clear_.IsEmpty()) return &port;
  }
  return nullptr;
}

// What was seen is acknowledged before anything new is asked for or looked at.
void Hub::Advance() {
  if (is_advancing_) return;
  is_advancing_ = true;
  while (!is_busy_ && count_ > 0) {
    Port* const port = FindWork();
    if (port == nullptr) {
      if (!std::exchange(is_powering_, false)) break;
      OnPowered();
      continue;
    }
    if (!port->to_clear_.IsEmpty()) {
      operation_ = Operation::kClear;
      feature_ = port->to_clear_.TakeFirst();
    } else if (!port->to_set_.IsEmpty()) {
      operation_ = Operation::kSet;
      feature_ = port->to_set_.TakeFirst();
    } else {
      operation_ = Operation::kRead;
      port->must_read_ = false;
    }
    at_work_ = port;
    failures_ = 0;
    is_busy_ = true;
    Execute(operation_, port->number_, feature_);
  }
  is_advancing_ = false;
}

void Hub::OnDone(bool is_ok, PortStatus status) {
  if (count_ == 0) return;
  if (!is_ok && ++failures_ < kMostFailures) {
    Execute(operation_, at_work_->number_, feature_);
    return;
  }
  is_busy_ = false;
  if (is_ok && operation_ == Operation::kRead) {
    if (at_work_->number_ == 0) {
      OnHubStatus(*at_work_, status);
    } else {
      OnStatus(*at_work_, status);
    }
  }
  Advance();
}

// Local power, and current of the hub as a whole. [USB2] 11.24.2.6
void Hub::OnHubStatus(Port& hub, PortStatus status) {
  constexpr std::uint16_t kOverCurrent = 2;
  constexpr PortFeature C_HUB_LOCAL_POWER = PortFeature{0};
  constexpr PortFeature C_HUB_OVER_CURRENT = PortFeature{1};
  if ((status.change & 1) != 0) hub.to_clear_.Add(C_HUB_LOCAL_POWER);
  if ((status.change & kOverCurrent) == 0) return;
  hub.to_clear_.Add(C_HUB_OVER_CURRENT);
  for (std::uint8_t number = 1; number <= count_; ++number) {
    if ((status.status & kOverCurrent) == 0) ports_[number].to_set_.Add(PortFeature::kPower);
    ports_[number].must_read_ = true;
  }
}

void Hub::OnStatus(Port& port, PortStatus status) {
  for (const PortFeature change :
       {PortFeature::kConnectionChange, PortFeature::kEnableChange, PortFeature::kSuspendChange,
        PortFeature::kOverCurrentChange, PortFeature::kResetChange}) {
    if (status.HasChanged(change)) port.to_clear_.Add(change);
  }
  if (status.Has(PortFeature::kOverCurrent) ||
      (status.HasChanged(PortFeature::kOverCurrentChange) && !status.Has(PortFeature::kPower))) {
    Drop(port);
    port.state_ = PortState::kOverCurrent;
    host_->SetTimer(port, host_->now() + kCoolDown);
    return;
  }
  if (port.state_ == PortState::kOverCurrent) return;  // its timer switches it on again
  if (status.HasChanged(PortFeature::kConnectionChange) || !status.Has(PortFeature::kConnection)) {
    Drop(port);
    port.tries_ = 0;
    port.state_ = PortState::kEmpty;
    if (status.Has(PortFeature::kConnection)) Debounce(port);
    return;
  }
  switch (port.state_) {
    case PortState::kEmpty:
      Debounce(port);
      break;
    case PortState::kChecking:
      port.state_ = PortState::kWaiting;
      host_->WaitForTurn(port);
      break;
    case PortState::kResetting:
      OnResetStatus(port, status);
      break;
    case PortState::kRecovering:
    case PortState::kEnumerating:
    case PortState::kInUse:
      // The hub has switched it off for what it did on the bus. [USB2] 11.8.1
      if (!status.Has(PortFeature::kEnable)) Retry(port);
      break;
    case PortState::kDebouncing:
    case PortState::kWaiting:
    case PortState::kGivenUp:
    case PortState::kOverCurrent:
      break;
  }
}

void Hub::OnResetStatus(Port& port, PortStatus status) {
  if (status.Has(PortFeature::kReset)) return;  // still at it
  if (!status.Has(PortFeature::kEnable)) {
    // Not begun yet; or it failed, which the change tells.
    if (status.HasChanged(PortFeature::kResetChange)) Retry(port);
    return;
  }
  port.speed_ = status.speed();
  port.state_ = PortState::kRecovering;
  host_->SetTimer(port, host_->now() + kRecovery);
}

void Hub::Debounce(Port& port) {
  port.state_ = PortState::kDebouncing;
  host_->SetTimer(port, host_->now() + kDebounce);
}

// From the beginning, or not any more.
void Hub::Retry(Port& port) {
  Drop(port);
  port.to_clear_.Add(PortFeature::kEnable);  // it may have address 0
  if (++port.tries_ < kMostTries) {
    Debounce(port);
  } else {
    port.state_ = PortState::kGivenUp;
  }
}

void Hub::Drop(Port& port) {
  host_->CancelTimer(port);
  host_->GiveUpTurn(port);
  if (port.device_ != nullptr) host_->Remove(*std::exchange(port.device_, nullptr));
}

void Hub::OnTimer(Port& port) {
  switch (port.state_) {
    case PortState::kDebouncing:
      port.state_ = PortState::kChecking;
      port.must_read_ = true;
      break;
    case PortState::kResetting:
      if (++port.tries_ >= kMostTries) {
        Retry(port);
      } else {
        host_->SetTimer(port, host_->now() + kResetPatience);
        port.must_read_ = true;
      }
      break;
    case PortState::kRecovering:
      port.device_ = host_->NewDevice(device_, port.number_, port.speed_);
      if (port.device_ == nullptr) {
        port.tries_ = kMostTries;
        Retry(port);
        break;
      }
      port.state_ = PortState::kEnumerating;
      host_->Enumerate(port, *port.device_);
      break;
    case PortState::kOverCurrent:
      port.state_ = PortState::kEmpty;
      port.to_set_.Add(PortFeature::kPower);
      port.must_read_ = true;
      break;
    case PortState::kEmpty:
    case PortState::kChecking:
    case PortState::kWaiting:
    case PortState::kEnumerating:
    case PortState::kInUse:
    case PortState::kGivenUp:
      break;
  }
  Advance();
}

void Hub::OnTurn(Port& port) {
  port.state_ = PortState::kResetting;
  port.to_set_.Add(PortFeature::kReset);
  host_->SetTimer(port, host_->now() + kResetPatience);
  Advance();
}

void Hub::OnEnumerated(Port& port, bool is_ok) {
  if (is_ok) {
    port.state_ = PortState::kInUse;
    port.tries_ = 0;
  } else {
    Retry(port);
  }
  Advance();
}

void RootHub::Execute(Operation operation, std::uint8_t, PortFeature feature) {
  PortStatus status;
  switch (operation) {
    case Operation::kRead:
      status = controller_.ReadRootPort();
      break;
    case Operation::kSet:
      controller_.SetRootPort(feature);
      break;
    case Operation::kClear:
      controller_.ClearRootPort(feature);
      break;
  }
  OnDone(true, status);
}

void RootHub::OnPowered() { MustRead(1); }

}  // namespace drivers::usb
