// From a port that was reset to a device with an address, a configuration and drivers, one device at a time.
// [USB2] 9.1.2
#ifndef ENKEL_DRIVERS_BUS_USB_ENUMERATOR_H_
#define ENKEL_DRIVERS_BUS_USB_ENUMERATOR_H_

#include <cstdint>

#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/transfer.h"

namespace drivers::usb {

class Host;

class Enumerator final : private TransferObserver, private Timer {
 public:
  constexpr explicit Enumerator(Host& host) : host_(host) {}

  bool is_at_work() const { return device_ != nullptr; }
  bool is_about(const Device& device) const { return device_ == &device; }
  void Begin(Device& device);

 private:
  enum class Step : std::uint8_t {
    kFirstBytes,  // of the device descriptor: how large its packets are
    kAddress,
    kSettling,  // at its new address
    kDevice,
    kConfigurationHeader,  // how long the whole is
    kConfiguration,
    kChoice,  // SET_CONFIGURATION
  };

  void OnComplete(Transfer& transfer) override;
  void OnTimer() override;

  void Ask(Step step, const Setup& setup);
  void OnFirstBytes();
  void OnDevice();
  void OnConfigurationHeader();
  void OnConfiguration();
  void AskConfiguration();
  void End(bool is_ok);

  Host& host_;
  Device* device_ = nullptr;
  Step step_ = Step::kFirstBytes;
  std::uint8_t tries_ = 0;
  std::uint8_t index_ = 0;  // of the configuration
  std::uint8_t new_address_ = 0;
  Transfer transfer_;
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_ENUMERATOR_H_
