#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/host.h"
#include "drivers/bus/usb/hub.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/time.h"

namespace drivers::usb {
namespace {

constexpr std::uint8_t kHubClass = 9;
constexpr std::uint8_t kManyTranslators = 2;  // protocol of an alternate setting. [USB2] 11.23.1
constexpr std::size_t kShortestDescriptor = 7;
constexpr kernel::Duration kPatience = kernel::Duration::Seconds(1);

}  // namespace

bool HubDriver::Match(const Device&, const InterfaceDescriptor& interface) const {
  return interface.interface_class == kHubClass;
}

Function* HubDriver::Attach(Device& device, const InterfaceDescriptor& interface) {
  const auto hub = std::ranges::find_if(hubs_, [](const ExternalHub& each) { return !each.is_in_use(); });
  return hub != hubs_.end() && hub->Begin(host_, device, interface) ? &*hub : nullptr;
}

bool ExternalHub::Begin(Host& host, Device& device, const InterfaceDescriptor& interface) {
  const std::optional<EndpointDescriptor> endpoint = interface.FindEndpoint(TransferType::kInterrupt, Direction::kIn);
  if (!endpoint || endpoint->max_packet > changes_.bytes.size()) return false;
  if (!device.Open(change_pipe_, *endpoint)) return false;
  Hub::Begin(host, &device, 0);
  change_errors_ = 0;
  request_.observer = change_.observer = recovery_.observer = this;
  request_.timeout = recovery_.timeout = kPatience;
  // A hub with a translator for each port uses one for all of them until it is told.
  const std::optional<InterfaceDescriptor> other = device.configuration().FindInterface(interface.number, 1);
  if (device.speed() == Speed::kHigh && other && other->interface_class == kHubClass &&
      other->protocol == kManyTranslators) {
    step_ = Step::kTranslators;
    request_.setup = SetInterface(other->number, other->alternate);
    device.control().Submit(request_);
  } else {
    AskDescriptor();
  }
  return true;
}

void ExternalHub::AskDescriptor() {
  step_ = Step::kDescriptor;
  request_.is_exact = false;
  request_.setup = {.request_type = kDeviceToHost | kClassRequest,
                    .request = GET_DESCRIPTOR,
                    .value = kHubDescriptor << 8,
                    .index = 0,
                    .length = kMostDescriptor};
  request_.data = answer_.all();
  device_->control().Submit(request_);
}

// bNbrPorts and bPwrOn2PwrGood. [USB2] 11.23.2.1
void ExternalHub::OnDescriptor() {
  const std::span<const std::byte> bytes = request_.received();
  if (request_.status() != Status::kDone || bytes.size() < kShortestDescriptor ||
      bytes[1] != std::byte{kHubDescriptor}) {
    return;  // no hub that can be used: no port of it is ever switched on
  }
  step_ = Step::kRunning;
  power_delay_ = static_cast<std::uint8_t>(bytes[5]);
  const auto ports = std::min<std::size_t>(static_cast<std::size_t>(bytes[2]), kMostPorts);
  Hub::Begin(*host_, device_, static_cast<std::uint8_t>(ports));
  PowerOn();
}

void ExternalHub::OnPowered() {
  host_->SetTimer(*this, host_->now() + kernel::Duration::Milliseconds(2 * power_delay_));
}

void ExternalHub::OnTimer() {
  if (device_ == nullptr || device_->is_gone()) return;
  for (std::uint8_t number = 1; number <= port_count(); ++number) MustRead(number);
  change_.data = changes_.all().first(change_pipe_.endpoint().max_packet);
  change_pipe_.Submit(change_);
}

// [USB2] 11.24.2
void ExternalHub::Execute(Operation operation, std::uint8_t port, PortFeature feature) {
  const bool is_read = operation == Operation::kRead;
  constexpr std::uint8_t kRequests[] = {GET_STATUS, SET_FEATURE, CLEAR_FEATURE};
  request_.setup = {.request_type = static_cast<std::uint8_t>((is_read ? kDeviceToHost : 0) | kClassRequest |
                                                              (port == 0 ? 0 : kToOther)),
                    .request = kRequests[static_cast<int>(operation)],
                    .value = is_read ? std::uint16_t{0} : static_cast<std::uint16_t>(feature),
                    .index = port,
                    .length = is_read ? std::uint16_t{4} : std::uint16_t{0}};
  request_.is_exact = is_read;
  device_->control().Submit(request_);
}

void ExternalHub::OnComplete(Transfer& transfer) {
  if (device_->is_gone()) return;
  if (&transfer == &change_) {
    OnChange();
  } else if (&transfer == &recovery_) {
    if (recovery_.status() == Status::kDone) change_pipe_.Submit(change_);
  } else if (step_ == Step::kTranslators) {
    AskDescriptor();  // one that refuses has one for all of them, as before
  } else if (step_ == Step::kDescriptor) {
    OnDescriptor();
  } else {
    const bool is_ok = request_.status() == Status::kDone;
    PortStatus status;
    if (is_ok && request_.setup.length > 0) {
      status = {.status = Load16(&answer_.bytes[0]), .change = Load16(&answer_.bytes[2])};
    }
    OnDone(is_ok, status);
  }
}

// A bit a port, and bit 0 for the hub itself. [USB2] 11.12.4
void ExternalHub::OnChange() {
  if (change_.status() != Status::kDone) {
    if (++change_errors_ < kMostChangeErrors) device_->ClearHalt(change_pipe_, recovery_);
    return;
  }
  change_errors_ = 0;
  for (std::uint8_t number = 0; number <= port_count() && number / 8 < change_.actual(); ++number) {
    if ((static_cast<unsigned>(changes_.bytes[number / 8]) >> number % 8 & 1) != 0) MustRead(number);
  }
  change_pipe_.Submit(change_);
}

void ExternalHub::OnGone() {
  host_->CancelTimer(*this);
  End();
}

void ExternalHub::Detach() { device_ = nullptr; }

}  // namespace drivers::usb
