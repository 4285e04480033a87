// Class drivers: who they are for, and what they have of a device.
//
//   class Lan7800Driver final : public usb::ClassDriver {
//     bool Match(const usb::Device& device, const usb::InterfaceDescriptor&) const override {
//       return device.descriptor().vendor == 0x0424 && device.descriptor().product == 0x7800;
//     }
//     usb::Function* Attach(usb::Device& device, const usb::InterfaceDescriptor& interface) override;
//   };
//   host.Add(driver);
#ifndef ENKEL_DRIVERS_BUS_USB_CLASS_DRIVER_H_
#define ENKEL_DRIVERS_BUS_USB_CLASS_DRIVER_H_

#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/device.h"

namespace drivers::usb {

// A driver at work on an interface of a device.
class Function {
 public:
  // The device was unplugged. Its transfers are on their way back, and none may be submitted any more.
  virtual void OnGone() {}

  // The device is gone. None of its transfers is in flight any more, all its pipes are closed; timers are the driver's
  // to cancel. Afterwards nothing of the device may be touched. Called once, from Host::Poll.
  virtual void Detach() = 0;

 protected:
  ~Function() = default;
};

// One a kind of device; it has the storage for as many devices as it serves. Called from Host::Poll; nothing blocks.
class ClassDriver {
 public:
  // Whether it is for this interface setting of a configuration that the device offers (device.configuration()). The
  // first configuration in which a driver is for an interface is set; in it, each interface gets its first driver.
  virtual bool Match(const Device& device, const InterfaceDescriptor& interface) const = 0;

  // The configuration is set, alternate settings are 0. Begins; what takes time goes on in OnComplete and OnTimer.
  // Null: it cannot, for want of room or because a descriptor lies.
  virtual Function* Attach(Device& device, const InterfaceDescriptor& interface) = 0;

 protected:
  ~ClassDriver() = default;

 private:
  friend class Host;
  ClassDriver* next_ = nullptr;
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_CLASS_DRIVER_H_
