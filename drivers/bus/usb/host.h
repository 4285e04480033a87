// The host: what is on the bus, and who drives it. The one poller of a host controller.
//
//   interrupt: controller.OnInterrupt(), then waker.Wake()
//   loop:      host.Poll(now)
#ifndef ENKEL_DRIVERS_BUS_USB_HOST_H_
#define ENKEL_DRIVERS_BUS_USB_HOST_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/enumerator.h"
#include "drivers/bus/usb/host_controller.h"
#include "drivers/bus/usb/hub.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"

namespace drivers::usb {

// All storage is in it. Not interrupt-safe; nothing blocks.
class Host final : public kernel::Poller {
 public:
  static constexpr std::size_t kMostDevices = 16;
  static constexpr std::uint8_t kMostTiers = 6;  // of devices below the root port: five hubs in a row. [USB2] 4.1.1

  // `waker` has this polled. Both outlive it.
  constexpr Host(HostController& controller, kernel::Waker& waker)
      : controller_(controller), waker_(waker), root_(controller), hub_driver_(*this), enumerator_(*this) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Before Start. A driver that was added earlier has the choice. Hubs have theirs.
  void Add(ClassDriver& driver);

  // Switches the root port on.
  void Start();

  kernel::Instant Poll(kernel::Instant now) override;

  kernel::Instant now() const { return now_; }
  void SetTimer(Timer& timer, kernel::Instant deadline);
  void CancelTimer(Timer& timer);

  // Devices that are there, with a driver or without.
  std::size_t device_count() const;
  const RootHub& root() const { return root_; }

 private:
  friend class Device;
  friend class Enumerator;
  friend class Hub;
  friend class Pipe;

  // For pipes.
  void Submit(Pipe& pipe, Transfer& transfer);
  void Cancel(Pipe& pipe, Status why);
  kernel::Result<void> Open(Device& device, Pipe& pipe, const EndpointDescriptor& endpoint);
  void Close(Pipe& pipe);
  void ClearHalt(Pipe& pipe, Transfer& transfer);
  void Resume(Pipe& pipe);

  // For hubs: a device on a port that was reset, at address 0; null: there is no room.
  Device* NewDevice(Device* hub, std::uint8_t port, Speed speed);
  void Enumerate(Port& port, Device& device);
  void Remove(Device& device);
  void WaitForTurn(Port& port);
  void GiveUpTurn(Port& port);

  // For the enumerator.
  std::uint8_t FreeAddress() const;
  bool HasDriver(const Device& device) const;
  void Attach(Device& device);
  void OnEnumerated(bool is_ok);

  static bool FitsSpeed(const EndpointDescriptor& endpoint, Speed speed);
  void NextTurn();
  void ArmTransfers();
  void Complete(Transfer& transfer);
  void RunTimers();
  void StopLate();
  bool ReleaseGone();
  bool IsDrained(const Device& device) const;

  HostController& controller_;
  kernel::Waker& waker_;
  kernel::Instant now_;
  bool is_polling_ = false;
  kernel::TimerQueue timers_;
  kernel::TimerQueue deadlines_;  // of transfers
  Transfer* unarmed_ = nullptr;
  TransferQueue finished_;  // without the controller
  ClassDriver* drivers_ = nullptr;
  Port* turn_ = nullptr;  // whose turn it is
  bool is_turn_taken_ = false;
  Port* first_waiting_ = nullptr;
  RootHub root_;
  HubDriver hub_driver_;
  Enumerator enumerator_;
  std::array<Device, kMostDevices> devices_ = {};
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_HOST_H_
