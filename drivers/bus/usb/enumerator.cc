#include "drivers/bus/usb/enumerator.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/host.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/time.h"

namespace drivers::usb {
namespace {

using kernel::Duration;

constexpr std::uint16_t kFirst = 8;                             // bytes that come in one packet from every device
constexpr Duration kPatience = Duration::Seconds(2);            // less than the 5 s of [USB2] 9.2.6.1
constexpr Duration kAddressDelay = Duration::Milliseconds(10);  // at least 2 ms. [USB2] 9.2.6.3
constexpr std::uint8_t kMostTries = 3;                          // of a request

// [USB2] 5.5.3
bool IsPacketSize(std::uint8_t size, Speed speed) {
  switch (speed) {
    case Speed::kHigh:
      return size == 64;
    case Speed::kFull:
      return size == 8 || size == 16 || size == 32 || size == 64;
    case Speed::kLow:
      return size == 8;
  }
  return false;
}

}  // namespace

void Enumerator::Begin(Device& device) {
  device_ = &device;
  tries_ = 0;
  transfer_.observer = this;
  transfer_.timeout = kPatience;
  transfer_.data = device.bytes_.all();
  Ask(Step::kFirstBytes, GetDescriptor(kDeviceDescriptor, 0, kFirst));
}

void Enumerator::Ask(Step step, const Setup& setup) {
  step_ = step;
  transfer_.setup = setup;
  device_->control().Submit(transfer_);
}

void Enumerator::End(bool is_ok) {
  device_ = nullptr;
  host_.OnEnumerated(is_ok);
}

void Enumerator::OnComplete(Transfer&) {
  if (device_->is_gone()) {
    End(false);
    return;
  }
  if (transfer_.status() != Status::kDone) {
    if (++tries_ >= kMostTries) {
      End(false);
    } else {
      device_->control().Submit(transfer_);
    }
    return;
  }
  tries_ = 0;
  switch (step_) {
    case Step::kFirstBytes:
      OnFirstBytes();
      break;
    case Step::kAddress:
      step_ = Step::kSettling;
      host_.SetTimer(*this, host_.now() + kAddressDelay);
      break;
    case Step::kSettling:
      break;
    case Step::kDevice:
      OnDevice();
      break;
    case Step::kConfigurationHeader:
      OnConfigurationHeader();
      break;
    case Step::kConfiguration:
      OnConfiguration();
      break;
    case Step::kChoice:
      host_.Attach(*device_);
      End(true);
      break;
  }
}

void Enumerator::OnFirstBytes() {
  const auto max_packet = static_cast<std::uint8_t>(device_->bytes_.bytes[7]);
  if (transfer_.actual() < kFirst || !IsPacketSize(max_packet, device_->speed())) {
    End(false);
    return;
  }
  device_->control_.endpoint_.max_packet = max_packet;
  new_address_ = host_.FreeAddress();
  Ask(Step::kAddress, {.request = SET_ADDRESS, .value = new_address_});
}

void Enumerator::OnTimer() {
  if (device_ == nullptr) return;
  if (device_->is_gone()) {
    End(false);
    return;
  }
  device_->address_ = new_address_;
  Ask(Step::kDevice, GetDescriptor(kDeviceDescriptor, 0, DeviceDescriptor::kSize));
}

void Enumerator::OnDevice() {
  const auto descriptor = DeviceDescriptor::Parse(transfer_.received());
  if (!descriptor) {
    End(false);
    return;
  }
  device_->descriptor_ = *descriptor;
  index_ = 0;
  AskConfiguration();
}

// The first configuration that a driver is for; a device for which there is none keeps its address and does no harm.
void Enumerator::AskConfiguration() {
  constexpr std::uint8_t kMostConfigurations = 8;
  if (index_ >= device_->descriptor_.configurations || index_ >= kMostConfigurations) {
    device_->configuration_ = {};
    End(true);
    return;
  }
  Ask(Step::kConfigurationHeader, GetDescriptor(kConfigurationDescriptor, index_, Configuration::kHeaderSize));
}

void Enumerator::OnConfigurationHeader() {
  const auto length = Configuration::TotalLength(transfer_.received());
  if (!length || *length > Device::kMostConfiguration) {
    ++index_;
    AskConfiguration();
    return;
  }
  Ask(Step::kConfiguration, GetDescriptor(kConfigurationDescriptor, index_, *length));
}

void Enumerator::OnConfiguration() {
  const auto configuration = Configuration::Parse(transfer_.received());
  if (configuration) {
    device_->configuration_ = *configuration;
    if (configuration->value() != 0 && host_.HasDriver(*device_)) {
      Ask(Step::kChoice, {.request = SET_CONFIGURATION, .value = configuration->value()});
      return;
    }
  }
  ++index_;
  AskConfiguration();
}

}  // namespace drivers::usb
