// A device on the bus, as the drivers of its interfaces see it.
#ifndef ENKEL_DRIVERS_BUS_USB_DEVICE_H_
#define ENKEL_DRIVERS_BUS_USB_DEVICE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"

namespace drivers::usb {

class Function;
class Host;

// What a driver does later. A base of its owner; cancel it before its end.
class Timer : private kernel::TimerQueue::Element {
 public:
  bool is_set() const { return is_queued(); }

 protected:
  ~Timer() = default;
  // From Host::Poll, once.
  virtual void OnTimer() = 0;

 private:
  friend class Host;
};

// Made and owned by the Host, there until after Function::Detach. Not interrupt-safe.
class Device {
 public:
  static constexpr std::size_t kMostConfiguration = 1024;  // bytes of a configuration that can be had
  static constexpr std::size_t kMostFunctions = 4;

  constexpr Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  Speed speed() const { return speed_; }
  std::uint8_t address() const { return address_; }
  const DeviceDescriptor& descriptor() const { return descriptor_; }
  const Configuration& configuration() const { return configuration_; }  // the one that was chosen

  // Endpoint 0. Anybody's: transfers of several drivers queue there.
  Pipe& control() { return control_; }

  // Makes `pipe` one to an endpoint of the device, with toggles as after SET_CONFIGURATION or SET_INTERFACE: set the
  // alternate setting first. CHECKs that it is closed.
  // Errors: kUnsupported (isochronous, or a packet size that this speed forbids), kOutOfMemory (no bandwidth),
  // kUnreachable (the device is gone).
  kernel::Result<void> Open(Pipe& pipe, const EndpointDescriptor& endpoint);

  // CHECKs that it is open and idle. Once the device is gone, the Host closes its pipes itself before Detach.
  void Close(Pipe& pipe);

  // Lets a halted pipe go on: submits CLEAR_FEATURE(ENDPOINT_HALT) by `transfer`, which needs no more than an observer;
  // when that succeeds both toggles are DATA0, and what is queued goes. [USB2] 9.4.5
  void ClearHalt(Pipe& pipe, Transfer& transfer);

  // Whether it was unplugged, or its hub was: whatever is submitted comes back with kDisconnected.
  bool is_gone() const { return is_gone_; }

  // The time of this turn.
  kernel::Instant now() const;
  // Replaces the deadline, if there was one.
  void SetTimer(Timer& timer, kernel::Instant deadline);
  void CancelTimer(Timer& timer);

  // Where it sits: a port (from 1) of a hub; null: the root port.
  Device* hub() const { return hub_; }
  std::uint8_t port() const { return port_; }

  // The high-speed hub that translates for it, and the port there; null: none is between, or needed. [USB2] 11.14
  Device* translator() const { return translator_; }
  std::uint8_t translator_port() const { return translator_port_; }

 private:
  friend class Enumerator;
  friend class Host;
  friend class Pipe;

  Host* host_ = nullptr;  // null: this object is of no device
  Device* hub_ = nullptr;
  Device* translator_ = nullptr;
  std::uint8_t port_ = 0;
  std::uint8_t translator_port_ = 0;
  std::uint8_t address_ = 0;
  Speed speed_ = Speed::kFull;
  bool is_gone_ = false;
  DeviceDescriptor descriptor_;
  Configuration configuration_;
  Pipe control_;
  Pipe* pipes_ = nullptr;  // open, the control pipe last
  std::array<Function*, kMostFunctions> functions_ = {};
  DmaBytes<kMostConfiguration> bytes_;  // that configuration_ is a view of
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_DEVICE_H_
