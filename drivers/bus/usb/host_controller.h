// What the host asks of a host controller, and what that comes to: moving the transfers of pipes, and one root port.
#ifndef ENKEL_DRIVERS_BUS_USB_HOST_CONTROLLER_H_
#define ENKEL_DRIVERS_BUS_USB_HOST_CONTROLLER_H_

#include <cstddef>
#include <cstdint>

#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace drivers::usb {

// Features of a port, as requests name them. [USB2] 11.24.2, table 11-17
enum class PortFeature : std::uint16_t {
  kConnection = 0,
  kEnable = 1,
  kSuspend = 2,
  kOverCurrent = 3,
  kReset = 4,
  kPower = 8,
  kConnectionChange = 16,
  kEnableChange = 17,
  kSuspendChange = 18,
  kOverCurrentChange = 19,
  kResetChange = 20,
};

// wPortStatus and wPortChange. [USB2] 11.24.2.7
struct PortStatus {
  std::uint16_t status = 0;
  std::uint16_t change = 0;

  bool Has(PortFeature feature) const { return (status >> static_cast<int>(feature) & 1) != 0; }
  // Of the features kConnectionChange to kResetChange.
  bool HasChanged(PortFeature feature) const {
    return (change >> (static_cast<int>(feature) - static_cast<int>(PortFeature::kConnectionChange)) & 1) != 0;
  }
  Speed speed() const {
    constexpr std::uint16_t kLowSpeed = 1 << 9;
    constexpr std::uint16_t kHighSpeed = 1 << 10;
    if ((status & kLowSpeed) != 0) return Speed::kLow;
    return (status & kHighSpeed) != 0 ? Speed::kHigh : Speed::kFull;
  }
};

// Called by the Host, in its turn; nothing here is interrupt-safe but what a controller says to be.
class HostController {
 public:
  // The root port, as if it were a hub's. A reset takes its time and ends with kResetChange.
  virtual PortStatus ReadRootPort() = 0;
  virtual void SetRootPort(PortFeature feature) = 0;
  virtual void ClearRootPort(PortFeature feature) = 0;

  // Before the first transfer of a pipe. Errors: kUnsupported, kOutOfMemory (bandwidth).
  virtual kernel::Result<void> Open(Pipe& pipe) = 0;
  virtual void Close(Pipe& pipe) = 0;  // it is idle

  // The pipe has a first transfer and is not active: moves it, sometime. Also for those behind it.
  virtual void Start(Pipe& pipe) = 0;

  // Lets go of the first transfer of an active pipe as soon as the hardware does, and calls Finish.
  virtual void Stop(Pipe& pipe) = 0;

  // Does what interrupts and time have brought up; returns when it wants to be called without an interrupt.
  virtual kernel::Instant Poll(kernel::Instant now) = 0;

  // What has been finished, oldest first; null: nothing.
  Transfer* TakeFinished() { return finished_.Pop(); }

  // Whether the root port has changed since the last call.
  bool TakeRootPortNews() {
    const bool is_news = is_root_port_news_;
    is_root_port_news_ = false;
    return is_news;
  }

 protected:
  ~HostController() = default;

  void ReportRootPort() { is_root_port_news_ = true; }

  // Takes the first transfer off a pipe, which is not active any more; Starts the next one, if there is one and the
  // pipe is not halted by this. kCancelled: because of Stop.
  void Finish(Pipe& pipe, Status status, std::size_t actual);

  // How much of the first transfer's data stage is done.
  static std::size_t DoneOf(const Pipe& pipe) { return pipe.front()->actual_; }
  static void AddDone(Pipe& pipe, std::size_t bytes) { pipe.front()->actual_ += bytes; }

 private:
  TransferQueue finished_;
  bool is_root_port_news_ = false;
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_HOST_CONTROLLER_H_
