#include "drivers/bus/usb/host.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/hub.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace drivers::usb {

using kernel::Error;
using kernel::Fail;
using kernel::Instant;
using kernel::Result;

void Host::Add(ClassDriver& driver) {
  ClassDriver** end = &drivers_;
  while (*end != nullptr) end = &(*end)->next_;
  *end = &driver;
}

void Host::Start() {
  Add(hub_driver_);
  root_.Begin(*this);
  waker_.Wake();
}

std::size_t Host::device_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      devices_, [](const Device& device) { return device.host_ != nullptr && !device.is_gone_; }));
}

void Host::SetTimer(Timer& timer, Instant deadline) {
  if (timer.is_queued()) {
    timers_.Move(timer, deadline);
  } else {
    timers_.Insert(timer, deadline);
  }
  if (!is_polling_) waker_.Wake();
}

void Host::CancelTimer(Timer& timer) {
  if (timer.is_queued()) timers_.Remove(timer);
}

// Rounds, until one brings up nothing new; what goes on without end gives the others a turn.
Instant Host::Poll(Instant now) {
  constexpr int kMostRounds = 16;
  now_ = now;
  is_polling_ = true;
  ArmTransfers();
  Instant next = now;
  for (int round = 0; round < kMostRounds; ++round) {
    next = controller_.Poll(now);
    bool is_news = false;
    if (controller_.TakeRootPortNews()) root_.MustRead(1);
    for (;;) {
      Transfer* transfer = controller_.TakeFinished();
      if (transfer == nullptr) transfer = finished_.Pop();
      if (transfer == nullptr) break;
      Complete(*transfer);
      is_news = true;
    }
    if (timers_.NextDeadline() <= now || deadlines_.NextDeadline() <= now) {
      RunTimers();
      StopLate();
      is_news = true;
    }
    if (ReleaseGone()) is_news = true;
    if (!is_news) {
      next = std::min({next, timers_.NextDeadline(), deadlines_.NextDeadline()});
      break;
    }
    next = now;
  }
  is_polling_ = false;
  return next;
}

void Host::ArmTransfers() {
  while (unarmed_ != nullptr) {
    Transfer& transfer = *std::exchange(unarmed_, unarmed_->next_unarmed_);
    deadlines_.Insert(transfer, now_ + transfer.timeout);
  }
}

void Host::Complete(Transfer& transfer) {
  if (transfer.is_queued()) deadlines_.Remove(transfer);
  --transfer.pipe_->pending_;
  transfer.status_ = transfer.verdict_;
  if (Pipe* const halted = std::exchange(transfer.halted_, nullptr); halted != nullptr) {
    if (transfer.status_ == Status::kDone) Resume(*halted);
  }
  if (transfer.observer != nullptr) transfer.observer->OnComplete(transfer);
}

void Host::RunTimers() {
  while (kernel::TimerQueue::Element* const due = timers_.TakeDue(now_)) static_cast<Timer*>(due)->OnTimer();
}

void Host::StopLate() {
  while (kernel::TimerQueue::Element* const due = deadlines_.TakeDue(now_)) {
    Transfer& transfer = static_cast<Transfer&>(*due);
    if (transfer.verdict_ != Status::kInFlight) continue;  // it is on its way back
    transfer.verdict_ = Status::kTimedOut;
    Pipe& pipe = *transfer.pipe_;
    if (pipe.front() == &transfer && pipe.progress.is_active) {
      controller_.Stop(pipe);
    } else {
      pipe.queue_.Remove(transfer);
      ++pipe.pending_;
      finished_.Push(transfer);
    }
  }
}

void Host::Submit(Pipe& pipe, Transfer& transfer) {
  CHECK(pipe.is_open() && !transfer.is_in_flight());
  const EndpointDescriptor& endpoint = pipe.endpoint();
  const bool is_control = endpoint.type == TransferType::kControl;
  const bool is_in = is_control ? transfer.setup.IsIn() : endpoint.direction == Direction::kIn;
  const std::size_t unit = is_control ? 64 : endpoint.max_packet;
  const std::size_t length = is_control ? transfer.setup.length : transfer.data.size();
  const auto address = reinterpret_cast<std::uintptr_t>(transfer.data.data());
  CHECK(transfer.data.size() >= (is_in ? (length + unit - 1) / unit * unit : length));
  CHECK(length == 0 || address % (is_in ? kDmaAlignment : 4) == 0);
  CHECK(is_control || !is_in || length > 0);

  transfer.status_ = transfer.verdict_ = Status::kInFlight;
  transfer.actual_ = 0;
  transfer.pipe_ = &pipe;
  if (pipe.device().is_gone_) {
    transfer.verdict_ = Status::kDisconnected;
    ++pipe.pending_;
    finished_.Push(transfer);
    if (!is_polling_) waker_.Wake();
    return;
  }
  if (transfer.timeout.nanoseconds > 0) {
    if (is_polling_) {
      deadlines_.Insert(transfer, now_ + transfer.timeout);
    } else {
      transfer.next_unarmed_ = std::exchange(unarmed_, &transfer);
      waker_.Wake();
    }
  }
  pipe.queue_.Push(transfer);
  if (pipe.progress.is_active || pipe.is_halted_) return;
  pipe.progress.is_active = true;
  controller_.Start(pipe);
}

void Host::Cancel(Pipe& pipe, Status why) {
  Transfer* const active = pipe.progress.is_active ? pipe.queue_.Pop() : nullptr;
  while (Transfer* const waiting = pipe.queue_.Pop()) {
    waiting->verdict_ = why;
    ++pipe.pending_;
    finished_.Push(*waiting);
  }
  if (active != nullptr) {
    pipe.queue_.Push(*active);
    active->verdict_ = why;
    controller_.Stop(pipe);
  }
  if (!is_polling_) waker_.Wake();
}

void Host::ClearHalt(Pipe& pipe, Transfer& transfer) {
  constexpr std::uint16_t ENDPOINT_HALT = 0;
  const bool is_in = pipe.endpoint().direction == Direction::kIn;
  transfer.setup = {.request_type = kToEndpoint,
                    .request = CLEAR_FEATURE,
                    .value = ENDPOINT_HALT,
                    .index = static_cast<std::uint16_t>(pipe.endpoint().number | (is_in ? 0x80 : 0))};
  Submit(pipe.device().control_, transfer);
  transfer.halted_ = &pipe;
}

// [USB2] 5.8.5
void Host::Resume(Pipe& pipe) {
  if (!pipe.is_open()) return;
  pipe.is_halted_ = false;
  pipe.progress.is_odd = false;
  pipe.progress.must_ping = false;
  if (pipe.progress.is_active || pipe.queue_.IsEmpty()) return;
  pipe.progress.is_active = true;
  controller_.Start(pipe);
}

// [USB2] 5.7.3, 5.8.3
bool Host::FitsSpeed(const EndpointDescriptor& endpoint, Speed speed) {
  const std::uint16_t size = endpoint.max_packet;
  switch (endpoint.type) {
    case TransferType::kInterrupt:
      return endpoint.interval > 0 && size <= (speed == Speed::kHigh ? 1024 : speed == Speed::kFull ? 64 : 8);
    case TransferType::kBulk:
      if (speed == Speed::kHigh) return size == 512;
      return speed == Speed::kFull && (size == 8 || size == 16 || size == 32 || size == 64);
    case TransferType::kControl:
    case TransferType::kIsochronous:
      return false;
  }
  return false;
}

Result<void> Host::Open(Device& device, Pipe& pipe, const EndpointDescriptor& endpoint) {
  CHECK(!pipe.is_open());
  if (device.is_gone_) return Fail(Error::kUnreachable);
  if (!FitsSpeed(endpoint, device.speed_)) return Fail(Error::kUnsupported);
  pipe.device_ = &device;
  pipe.endpoint_ = endpoint;
  pipe.progress = {};
  pipe.is_halted_ = false;
  if (const Result<void> opened = controller_.Open(pipe); !opened) {
    pipe.device_ = nullptr;
    return opened;
  }
  pipe.next_of_device_ = std::exchange(device.pipes_, &pipe);
  return {};
}

void Host::Close(Pipe& pipe) {
  CHECK(pipe.is_open() && pipe.IsIdle());
  controller_.Close(pipe);
  Pipe** link = &pipe.device().pipes_;
  while (*link != &pipe) link = &(*link)->next_of_device_;
  *link = pipe.next_of_device_;
  pipe.device_ = nullptr;
}

Device* Host::NewDevice(Device* hub, std::uint8_t port, Speed speed) {
  std::uint8_t tier = 1;
  for (const Device* above = hub; above != nullptr; above = above->hub_) ++tier;
  if (tier > kMostTiers) return nullptr;
  const auto free = std::ranges::find_if(devices_, [](const Device& device) { return device.host_ == nullptr; });
  if (free == devices_.end()) return nullptr;
  Device& device = *free;
  device.host_ = this;
  device.hub_ = hub;
  device.port_ = port;
  device.translator_ = nullptr;
  device.translator_port_ = 0;
  if (speed != Speed::kHigh && hub != nullptr) {
    const bool is_translator = hub->speed_ == Speed::kHigh;
    device.translator_ = is_translator ? hub : hub->translator_;
    device.translator_port_ = is_translator ? port : hub->translator_port_;
  }
  device.address_ = 0;
  device.speed_ = speed;
  device.is_gone_ = false;
  device.descriptor_ = {};
  device.configuration_ = {};
  device.functions_ = {};
  Pipe& control = device.control_;
  control.device_ = &device;
  control.endpoint_ = {.type = TransferType::kControl,
                       .max_packet = static_cast<std::uint16_t>(speed == Speed::kLow ? 8 : 64)};
  control.progress = {};
  control.is_halted_ = false;
  control.next_of_device_ = nullptr;
  device.pipes_ = &control;
  (void)controller_.Open(control);
  return &device;
}

void Host::Enumerate(Port& port, Device& device) {
  CHECK(turn_ == &port && !enumerator_.is_at_work());
  enumerator_.Begin(device);
}

void Host::Remove(Device& device) {
  if (device.is_gone_) return;
  device.is_gone_ = true;
  for (Function* const function : device.functions_) {
    if (function != nullptr) function->OnGone();
  }
  for (Pipe* pipe = device.pipes_; pipe != nullptr; pipe = pipe->next_of_device_) {
    Cancel(*pipe, Status::kDisconnected);
  }
}

bool Host::IsDrained(const Device& device) const {
  if (enumerator_.is_about(device)) return false;
  for (const Pipe* pipe = device.pipes_; pipe != nullptr; pipe = pipe->next_of_device_) {
    if (!pipe->IsIdle()) return false;
  }
  return std::ranges::none_of(devices_, [&device](const Device& other) {
    return other.host_ != nullptr && (other.hub_ == &device || other.translator_ == &device);
  });
}

// Forgets devices that are gone, once nothing of theirs is in flight.
bool Host::ReleaseGone() {
  bool is_any = false;
  for (Device& device : devices_) {
    if (device.host_ == nullptr || !device.is_gone_ || !IsDrained(device)) continue;
    while (device.pipes_ != &device.control_) Close(*device.pipes_);
    Close(device.control_);
    for (Function*& function : device.functions_) {
      if (function != nullptr) std::exchange(function, nullptr)->Detach();
    }
    device.host_ = nullptr;
    is_any = true;
  }
  return is_any;
}

void Host::WaitForTurn(Port& port) {
  Port** end = &first_waiting_;
  while (*end != nullptr) end = &(*end)->next_waiting_;
  *end = &port;
  port.next_waiting_ = nullptr;
  NextTurn();
}

void Host::NextTurn() {
  if (is_turn_taken_ || first_waiting_ == nullptr) return;
  is_turn_taken_ = true;
  turn_ = std::exchange(first_waiting_, first_waiting_->next_waiting_);
  turn_->hub_->OnTurn(*turn_);
}

// A device that is being set up must be heard to its end: nobody else may have address 0 until then.
void Host::GiveUpTurn(Port& port) {
  if (turn_ == &port) {
    turn_ = nullptr;
    is_turn_taken_ = enumerator_.is_at_work();
    NextTurn();
    return;
  }
  for (Port** link = &first_waiting_; *link != nullptr; link = &(*link)->next_waiting_) {
    if (*link != &port) continue;
    *link = port.next_waiting_;
    return;
  }
}

void Host::OnEnumerated(bool is_ok) {
  Port* const port = std::exchange(turn_, nullptr);
  is_turn_taken_ = false;
  if (port != nullptr) port->hub_->OnEnumerated(*port, is_ok);
  NextTurn();
}

std::uint8_t Host::FreeAddress() const {
  std::uint8_t address = 1;
  while (std::ranges::any_of(
      devices_, [address](const Device& device) { return device.host_ != nullptr && device.address_ == address; })) {
    ++address;
  }
  return address;
}

bool Host::HasDriver(const Device& device) const {
  std::span<const std::byte> rest = device.configuration_.rest();
  while (const std::optional<InterfaceDescriptor> interface = Configuration::TakeInterface(rest)) {
    for (const ClassDriver* driver = drivers_; driver != nullptr; driver = driver->next_) {
      if (driver->Match(device, *interface)) return true;
    }
  }
  return false;
}

void Host::Attach(Device& device) {
  std::size_t count = 0;
  std::span<const std::byte> rest = device.configuration_.rest();
  while (const std::optional<InterfaceDescriptor> interface = Configuration::TakeInterface(rest)) {
    if (interface->alternate != 0) continue;
    for (ClassDriver* driver = drivers_; driver != nullptr && count < Device::kMostFunctions; driver = driver->next_) {
      if (!driver->Match(device, *interface)) continue;
      Function* const function = driver->Attach(device, *interface);
      if (function == nullptr) continue;
      device.functions_[count++] = function;
      break;
    }
  }
}

}  // namespace drivers::usb
