// A pipe: one endpoint of a device, and the transfers that wait there. [USB2] 5.3.2
#ifndef ENKEL_DRIVERS_BUS_USB_PIPE_H_
#define ENKEL_DRIVERS_BUS_USB_PIPE_H_

#include <cstdint>

#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/transfer.h"
#include "kernel/base/time.h"

namespace drivers::usb {

class Device;

// Where a control transfer stands. [USB2] 8.5.3
enum class Stage : std::uint8_t { kSetup, kData, kStatus };

// What a host controller keeps of a pipe while it works on it.
struct PipeProgress {
  bool is_active = false;      // the controller has it: its first transfer is being moved
  bool is_odd = false;         // the next data packet is DATA1. [USB2] 8.6
  bool must_ping = false;      // high speed, OUT: ask before the next packet. [USB2] 8.5.1
  bool is_completing = false;  // a split transaction has had its start
  bool owes_empty = false;     // ends_with_short: only the empty packet is left
  Stage stage = Stage::kSetup;
  std::uint8_t errors = 0;      // in a row; the third one is the end. [USB2] 10.2.6
  std::int8_t channel = -1;     // of the controller's; -1: none
  std::uint8_t attempts = 0;    // of a complete-split
  std::uint16_t due_frame = 0;  // microframe of the next transaction
  kernel::Instant not_before;   // hold-off after a NAK
  Pipe* next = nullptr;         // in a list of the controller's
};

// Closed, until Device::Open. Stays where it is; must be closed at its end. Not interrupt-safe.
class Pipe {
 public:
  constexpr Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool is_open() const { return device_ != nullptr; }
  Device& device() const { return *device_; }
  const EndpointDescriptor& endpoint() const { return endpoint_; }  // number 0: the default control pipe
  bool IsIdle() const { return queue_.IsEmpty() && pending_ == 0; }

  // Lends a transfer; several may be in flight, and are moved in their order. Does not block; OnComplete comes in any
  // case. CHECKs that the pipe is open, and the transfer fit for it and not in flight.
  void Submit(Transfer& transfer);

  // All come back with kCancelled, soon; what the controller has in hand may still end otherwise.
  void CancelAll();

  // Whether a bulk or interrupt pipe stands still after kStall, kBabble or kBroken: what is queued waits for
  // Device::ClearHalt.
  bool is_halted() const { return is_halted_; }

  // For the host controller alone.
  PipeProgress progress;
  Transfer* front() const { return queue_.first; }

 private:
  friend class Device;
  friend class Enumerator;
  friend class Host;
  friend class HostController;

  Device* device_ = nullptr;
  EndpointDescriptor endpoint_;
  TransferQueue queue_;
  std::uint16_t pending_ = 0;  // out of the queue, and not completed yet
  bool is_halted_ = false;
  Pipe* next_of_device_ = nullptr;
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_PIPE_H_
