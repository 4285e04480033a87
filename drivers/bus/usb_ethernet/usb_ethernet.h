// A USB Ethernet chip as a network device: several transfers of received bursts in flight, sent frames gathered while
// others are under way, a link that the interrupt endpoint tells of, and a device that may be unplugged at any time.
//
// Frames are copied once between transfers, which are DMA memory of their own, and the stack's buffers: a burst holds
// many frames, and none of them shall keep the others' memory.
#ifndef ENKEL_DRIVERS_BUS_USB_ETHERNET_USB_ETHERNET_H_
#define ENKEL_DRIVERS_BUS_USB_ETHERNET_USB_ETHERNET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb_ethernet/chip.h"
#include "drivers/bus/usb_ethernet/script.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "net/device.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/wire/address.h"

namespace drivers::usb_ethernet {

// Since the driver was made, over all attachments.
struct Counters {
  std::uint64_t attachments = 0;     // times that a chip was found
  std::uint64_t starts = 0;          // times that one was ready to receive and send
  std::uint64_t failed_scripts = 0;  // steps that stalled, or bits that did not change in time
  std::uint64_t link_changes = 0;
  std::uint64_t bursts = 0;          // transfers with frames
  std::uint64_t empty_bursts = 0;    // transfers without
  std::uint64_t bad_lengths = 0;     // bursts with a length that cannot be
  std::uint64_t damaged_frames = 0;  // check sequence, size or MII wrong, says the chip
  std::uint64_t bad_checksums = 0;   // frames that were received although the chip doubts a checksum
  std::uint64_t pipe_errors = 0;     // transfers that stalled, babbled or broke
  std::uint64_t batches = 0;         // transfers of frames to the chip
};

// Serves one chip of its kind at a time: from it being plugged in until it is gone, and again. Polled by the USB host
// and by the stack, on one core; nothing is interrupt-safe.
class UsbEthernet final : public usb::ClassDriver,
                          public net::Device,
                          private usb::Function,
                          private usb::TransferObserver,
                          private usb::Timer,
                          private Script::Owner {
 public:
  static constexpr std::size_t kReceives = 4;
  static constexpr std::size_t kReceiveSize = std::size_t{16} << 10;
  static constexpr std::size_t kSendSpace = std::size_t{32} << 10;
  static constexpr std::size_t kMostSends = 16;
  static constexpr std::size_t kMostWaiting = 128;      // frames, beyond what is in flight
  static constexpr std::size_t kSmallestBuffer = 1536;  // of the stack's: a frame lies in one

  struct Memory {
    std::array<usb::DmaBytes<kReceiveSize>, kReceives> receive;
    usb::DmaBytes<kSendSpace> send;
    usb::DmaBytes<64> interrupt;
  };

  // `waker` is woken when there is a frame, or news of the link. All arguments outlive it.
  UsbEthernet(const Chip& chip, net::MacAddress mac, Memory& memory, net::PacketPool& packets, net::BufferPool& buffers,
              kernel::Waker& waker);
  UsbEthernet(const UsbEthernet&) = delete;
  UsbEthernet& operator=(const UsbEthernet&) = delete;

  bool Match(const usb::Device& device, const usb::InterfaceDescriptor& interface) const override;
  usb::Function* Attach(usb::Device& device, const usb::InterfaceDescriptor& interface) override;

  const net::DeviceCapabilities& capabilities() const override { return capabilities_; }
  bool HasLink() const override { return has_link_; }
  std::size_t Receive(std::uint16_t queue, std::span<net::Packet> packets) override;
  bool Transmit(std::uint16_t queue, net::Packet packet) override;
  std::size_t TransmitRoom(std::uint16_t queue) const override;
  void Flush(std::uint16_t queue) override;
  net::DeviceCounters ReadCounters() const override { return device_counters_; }

  // Whether the chip is there and was set up, with or without a link.
  bool is_ready() const { return is_ready_; }
  const Counters& counters() const { return counters_; }

 private:
  enum class Stage : std::uint8_t { kIdle, kStarting, kLooking, kFollowingLink };

  void OnGone() override;
  void Detach() override;
  void OnComplete(usb::Transfer& transfer) override;
  void OnTimer() override;
  void OnScript(kernel::Result<void> result) override;

  kernel::Result<void> OpenPipes(const usb::InterfaceDescriptor& interface);
  void Begin();
  void RunScript(Stage stage, std::span<const Step> steps);
  void OnStarted();
  void OnLooked();
  void Look();
  void SetLink(bool has_link);
  void ListenForInterrupt();

  void OnReceived(std::size_t index);
  void OnSent(std::size_t index);
  void OnInterrupt();
  void NoteError(usb::Status status);
  void RecoverPipes();
  void SubmitReceive(std::size_t index);
  bool NextBurst();
  net::Packet PacketOf(std::span<const std::byte> frame);

  bool Put(const net::Packet& packet);
  bool OpenBatch();
  void SendBatch();
  std::size_t sends() const { return kSendSpace / chip_.send_size; }
  std::size_t FramesPerBatch() const;
  bool FitsBatch(std::size_t size) const;

  const Chip& chip_;
  Memory& memory_;
  net::PacketPool& packets_;
  net::BufferPool& buffers_;
  kernel::Waker& waker_;
  net::DeviceCapabilities capabilities_;
  net::DeviceCounters device_counters_;
  Counters counters_;

  usb::Device* device_ = nullptr;  // null: no chip is there
  bool is_ready_ = false;
  bool has_link_ = false;
  bool is_gone_ = false;      // unplugged: nothing may be submitted any more
  bool is_look_due_ = false;  // after the script that runs now
  bool will_have_link_ = false;
  Stage stage_ = Stage::kIdle;
  Script script_;

  usb::Pipe in_;
  usb::Pipe out_;
  usb::Pipe interrupt_;
  usb::Transfer interrupt_transfer_;
  usb::Transfer recovery_in_;
  usb::Transfer recovery_out_;
  usb::Transfer recovery_interrupt_;

  std::array<usb::Transfer, kReceives> receives_;
  std::array<std::uint8_t, kReceives> full_ = {};  // receives that came, oldest first
  std::size_t full_count_ = 0;
  std::size_t first_full_ = 0;
  std::size_t current_ = kReceives;        // the one whose frames are being taken; kReceives: none
  std::span<const std::byte> burst_ = {};  // what is left of it

  std::array<usb::Transfer, kMostSends> sends_;
  std::array<std::uint8_t, kMostSends> idle_ = {};
  std::size_t idle_count_ = 0;
  std::size_t open_ = kMostSends;  // the one that frames are being put into; kMostSends: none
  std::size_t open_size_ = 0;      // bytes
  net::PacketQueue waiting_;       // for room in a batch
};

}  // namespace drivers::usb_ethernet

#endif  // ENKEL_DRIVERS_BUS_USB_ETHERNET_USB_ETHERNET_H_
