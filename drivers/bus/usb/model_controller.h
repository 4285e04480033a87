// A host controller for tests, without registers: it moves the transfers of pipes to model devices, packet by packet,
// by the rules of [USB2] 8, and is strict with who submits them.
//
//   ModelBus bus;
//   bus.Plug(device);
//   bus.host.Add(driver);
//   bus.Start();
//   bus.Run(Duration::Seconds(1));
#ifndef ENKEL_DRIVERS_BUS_USB_MODEL_CONTROLLER_H_
#define ENKEL_DRIVERS_BUS_USB_MODEL_CONTROLLER_H_

#include <vector>

#include "drivers/bus/usb/host.h"
#include "drivers/bus/usb/host_controller.h"
#include "drivers/bus/usb/model_device.h"
#include "drivers/bus/usb/model_hub.h"
#include "drivers/bus/usb/pipe.h"
#include "drivers/bus/usb/types.h"
#include "kernel/base/poller.h"
#include "kernel/base/result.h"
#include "kernel/base/time.h"

namespace drivers::usb {

class ModelController final : public HostController {
 public:
  ModelPort root;

  PortStatus ReadRootPort() override;
  void SetRootPort(PortFeature feature) override;
  void ClearRootPort(PortFeature feature) override;
  kernel::Result<void> Open(Pipe& pipe) override;
  void Close(Pipe& pipe) override;
  void Start(Pipe& pipe) override;
  void Stop(Pipe& pipe) override;
  kernel::Instant Poll(kernel::Instant now) override;

  int open_pipes = 0;

 private:
  enum class Outcome { kGoesOn, kWaits, kFinished };

  Outcome Step(Pipe& pipe);
  Outcome StepControl(Pipe& pipe, ModelDevice* device);
  Outcome StepIn(Pipe& pipe, ModelDevice* device);
  Outcome StepOut(Pipe& pipe, ModelDevice* device);
  Outcome OnHandshake(Pipe& pipe, Handshake handshake);
  Outcome End(Pipe& pipe, Status status);

  std::vector<Pipe*> active_;
};

// All that a class driver's test needs: a controller, a host, and a clock that stands still but in Run.
class ModelBus {
 public:
  ModelController controller;

  void Plug(ModelDevice& device) {
    controller.root.device = &device;
    device.is_plugged = true;
  }

 private:
  struct TestWaker final : kernel::Waker {
    void Wake() override { is_woken = true; }
    bool is_woken = false;
  };
  TestWaker waker_;

 public:
  Host host{controller, waker_};
  kernel::Instant now{1'000'000'000};

  void Start() { host.Start(); }

  // Polls the host as a loop does, for so long of its time. How often it was polled.
  int Run(kernel::Duration time);
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_MODEL_CONTROLLER_H_
