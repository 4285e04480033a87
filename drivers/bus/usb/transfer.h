// A transfer: bytes that a driver lends to the host controller, and gets back with how it went.
//
//   usb::DmaBytes<4> value;
//   transfer.setup = {...};
//   transfer.data = value.all();
//   transfer.observer = this;
//   device.control().Submit(transfer);        // OnComplete comes later, from Host::Poll
//
// All storage is the driver's: a transfer and its bytes stay where they are while it is in flight.
#ifndef ENKEL_DRIVERS_BUS_USB_TRANSFER_H_
#define ENKEL_DRIVERS_BUS_USB_TRANSFER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/usb/types.h"
#include "kernel/base/time.h"
#include "kernel/base/timer_queue.h"

namespace drivers::usb {

class Pipe;
class Transfer;

// Memory that a device may write begins at a multiple of this, and shares no piece of it with anything else: a cache
// line of every CPU that is supported.
inline constexpr std::size_t kDmaAlignment = 64;  // bytes

// kSize bytes for a transfer, and what stands around them kept away.
template <std::size_t kSize>
struct alignas(kDmaAlignment) DmaBytes {
  std::array<std::byte, (kSize + kDmaAlignment - 1) / kDmaAlignment * kDmaAlignment> bytes = {};
  std::span<std::byte> all() { return bytes; }
};

// Who submitted it. Called from Host::Poll and never from Submit; may submit again, this transfer or others.
class TransferObserver {
 public:
  virtual void OnComplete(Transfer& transfer) = 0;

 protected:
  ~TransferObserver() = default;
};

class Transfer : private kernel::TimerQueue::Element {
 public:
  constexpr Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // To be set before Submit, and left alone until OnComplete.
  //
  // IN: where the bytes go. It begins at a multiple of kDmaAlignment, and its size is a multiple of the endpoint's
  // packet size and not 0; of a control transfer it has room for setup.length rounded up to 64. OUT: what is sent, at
  // any multiple of 4; of a control transfer its first setup.length bytes.
  std::span<std::byte> data;
  Setup setup;                           // of a control transfer
  TransferObserver* observer = nullptr;  // null: nobody wants to know
  kernel::Duration timeout;              // from Submit on; 0: as long as it takes
  bool is_exact = false;                 // IN: fewer bytes than setup.length (control) or data.size() end in kShort
  bool ends_with_short = false;          // OUT, bulk: an empty packet follows where the last one is full. [USB2] 5.8.3

  // After it, and Status::kDone after one that has never been submitted.
  Status status() const { return status_; }
  bool is_in_flight() const { return status_ == Status::kInFlight; }
  std::size_t actual() const { return actual_; }  // bytes of the data stage that went or came
  std::span<std::byte> received() const { return data.first(actual_); }

 private:
  friend class Host;
  friend class HostController;
  friend class Pipe;
  friend struct TransferQueue;

  Status status_ = Status::kDone;
  Status verdict_ = Status::kInFlight;  // what it will end with, where that is known before the controller let go of it
  std::size_t actual_ = 0;
  Pipe* pipe_ = nullptr;
  Pipe* halted_ = nullptr;  // that goes on when this one succeeds
  Transfer* next_ = nullptr;
  Transfer* next_unarmed_ = nullptr;  // submitted between two polls: its time begins with the next one
};

// First in, first out; owns nothing.
struct TransferQueue {
  Transfer* first = nullptr;
  Transfer* last = nullptr;

  bool IsEmpty() const { return first == nullptr; }
  void Push(Transfer& transfer) {
    transfer.next_ = nullptr;
    (first == nullptr ? first : last->next_) = &transfer;
    last = &transfer;
  }
  Transfer* Pop() {
    Transfer* const taken = first;
    if (taken != nullptr) first = taken->next_;
    return taken;
  }
  // Takes out one that is in it.
  void Remove(Transfer& transfer) {
    if (&transfer == first) {
      first = transfer.next_;
      return;
    }
    Transfer* before = first;
    while (before->next_ != &transfer) before = before->next_;
    before->next_ = transfer.next_;
    if (last == &transfer) last = before;
  }
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_TRANSFER_H_
