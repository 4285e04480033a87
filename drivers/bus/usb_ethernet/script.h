// Runs a table of steps over the control pipe of a device, one request after the other.
#ifndef ENKEL_DRIVERS_BUS_USB_ETHERNET_SCRIPT_H_
#define ENKEL_DRIVERS_BUS_USB_ETHERNET_SCRIPT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb_ethernet/step.h"
#include "kernel/base/result.h"

namespace drivers::usb_ethernet {

// Where the chip has the way to its PHY. Both chips have the same bits there.
struct MiiPlaces {
  ReadWrite command;
  ReadWrite data;
};

// One script at a time. Nothing blocks.
class Script final : private usb::TransferObserver, private usb::Timer {
 public:
  // Who runs it. Called from Host::Poll.
  class Owner {
   public:
    // The last step is done, or one failed: kUnsupported (a check), kTimedOut (a bit that never changed), kRefused (the
    // chip stalled), kReset (the bus).
    virtual void OnScript(kernel::Result<void> result) = 0;

   protected:
    ~Owner() = default;
  };

  // A bit that does not change is looked at so often, 1 ms apart.
  static constexpr unsigned kMostLooks = 1000;

  constexpr Script(Owner& owner, MiiPlaces mii) : owner_(owner), mii_(mii) {}
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  // Begins `steps`, which stay. CHECKs that none is running.
  void Run(usb::Device& device, std::span<const Step> steps);

  // The device is gone: forgets what was running; OnScript is not called.
  void Abandon();

  bool is_running() const { return device_ != nullptr; }

  std::uint32_t operator[](Slot slot) const { return slots_[static_cast<std::size_t>(slot)]; }
  std::uint32_t& operator[](Slot slot) { return slots_[static_cast<std::size_t>(slot)]; }

 private:
  // Of a step that is more than one request.
  enum class Phase : std::uint8_t {
    kBegin,
    kModified,      // of kModify: was read, is being written
    kMiiIdle,       // the way to the PHY is being waited for
    kMiiData,       // what is to be written is put there
    kMiiCommanded,  // the command is being given
    kMiiDone,       // its end is being waited for
    kMiiRead,       // what was read is being fetched
  };

  void OnComplete(usb::Transfer& transfer) override;
  void OnTimer() override;
  void Begin();
  void NextStep();
  void Finish(kernel::Result<void> result);
  void ReadRegister(std::uint16_t offset);
  void WriteRegister(std::uint16_t offset, std::uint32_t value);
  void Request(bool is_in, std::uint16_t offset);
  void LookAgain();
  void OnAnswer(std::uint32_t value);
  void OnMiiAnswer(std::uint32_t value);
  bool IsMii() const;

  Owner& owner_;
  const MiiPlaces mii_;
  usb::Device* device_ = nullptr;  // null: nothing runs
  std::span<const Step> steps_;    // the first is the one at work
  Phase phase_ = Phase::kBegin;
  bool is_writing_phy_ = false;  // of kPhyModify: it was read already
  unsigned looks_ = 0;
  std::uint32_t phy_value_ = 0;
  std::array<std::uint32_t, static_cast<std::size_t>(Slot::kCount)> slots_ = {};
  usb::Transfer transfer_;
  usb::DmaBytes<4> bytes_;
};

}  // namespace drivers::usb_ethernet

#endif  // ENKEL_DRIVERS_BUS_USB_ETHERNET_SCRIPT_H_
