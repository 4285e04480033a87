// A hub, and what becomes of its ports: power, debouncing, reset, and a device on each; the root port is one, too.
// [USB2] 7.1.7, 11
#ifndef ENKEL_DRIVERS_BUS_USB_HUB_H_
#define ENKEL_DRIVERS_BUS_USB_HUB_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "drivers/bus/usb/class_driver.h"
#include "drivers/bus/usb/device.h"
#include "drivers/bus/usb/host_controller.h"
#include "drivers/bus/usb/transfer.h"
#include "drivers/bus/usb/types.h"

namespace drivers::usb {

class Host;
class Hub;

// A set of features of a port.
struct PortFeatures {
  std::uint32_t bits = 0;
  bool IsEmpty() const { return bits == 0; }
  void Add(PortFeature feature) { bits |= std::uint32_t{1} << static_cast<int>(feature); }
  PortFeature TakeFirst();  // of a set that is not empty
};

enum class PortState : std::uint8_t {
  kEmpty,
  kDebouncing,  // something was plugged in; the contacts settle
  kChecking,    // is it still there?
  kWaiting,     // for its turn: one device at a time has address 0
  kResetting,
  kRecovering,
  kEnumerating,
  kInUse,
  kGivenUp,  // until it is unplugged
  kOverCurrent,
};

class Port final : public Timer {
 public:
  PortState state() const { return state_; }

 private:
  friend class Host;
  friend class Hub;
  void OnTimer() override;

  Hub* hub_ = nullptr;
  std::uint8_t number_ = 0;  // from 1; 0 is the hub itself
  PortState state_ = PortState::kEmpty;
  std::uint8_t tries_ = 0;
  Speed speed_ = Speed::kFull;
  bool must_read_ = false;
  PortFeatures to_set_;
  PortFeatures to_clear_;
  Device* device_ = nullptr;
  Port* next_waiting_ = nullptr;
};

// One operation on a port at a time; what each has to tell moves the port's state.
class Hub {
 public:
  static constexpr std::size_t kMostPorts = 15;

  std::uint8_t port_count() const { return count_; }
  const Port& port(std::uint8_t number) const { return ports_[number]; }

  // Has the status of a port looked at, soon.
  void MustRead(std::uint8_t number);

  // The host: it is this port's turn to be reset; the device there has been set up, or not.
  void OnTurn(Port& port);
  void OnEnumerated(Port& port, bool is_ok);

 protected:
  enum class Operation : std::uint8_t { kRead, kSet, kClear };

  constexpr Hub() = default;
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub() = default;

  // `device`: null for the root.
  void Begin(Host& host, Device* device, std::uint8_t ports);
  void PowerOn();
  // Forgets all ports and what is there.
  void End();

  // Comes to OnDone, at once or later.
  virtual void Execute(Operation operation, std::uint8_t port, PortFeature feature) = 0;
  void OnDone(bool is_ok, PortStatus status);
  // All that PowerOn asked for has been done.
  virtual void OnPowered() = 0;

  Host* host_ = nullptr;
  Device* device_ = nullptr;

 private:
  friend class Port;

  void Advance();
  void OnStatus(Port& port, PortStatus status);
  void OnHubStatus(Port& hub, PortStatus status);
  void OnResetStatus(Port& port, PortStatus status);
  void OnTimer(Port& port);
  void Debounce(Port& port);
  void Retry(Port& port);
  void Drop(Port& port);
  Port* FindWork();

  std::uint8_t count_ = 0;
  bool is_busy_ = false;
  bool is_advancing_ = false;
  bool is_powering_ = false;
  std::uint8_t failures_ = 0;  // of the operation at hand
  Port* at_work_ = nullptr;
  Operation operation_ = Operation::kRead;
  PortFeature feature_ = PortFeature::kConnection;
  std::array<Port, kMostPorts + 1> ports_ = {};
};

class RootHub final : public Hub {
 public:
  constexpr explicit RootHub(HostController& controller) : controller_(controller) {}
  void Begin(Host& host) {
    Hub::Begin(host, nullptr, 1);
    PowerOn();
  }

 private:
  void Execute(Operation operation, std::uint8_t port, PortFeature feature) override;
  void OnPowered() override;

  HostController& controller_;
};

// A hub that is a device. [USB2] 11.23, 11.24
class ExternalHub final : public Hub, public Function, private TransferObserver, private Timer {
 public:
  bool is_in_use() const { return device_ != nullptr; }
  // False: a descriptor lies, or the device cannot be used.
  bool Begin(Host& host, Device& device, const InterfaceDescriptor& interface);
  void OnGone() override;
  void Detach() override;

 private:
  void Execute(Operation operation, std::uint8_t port, PortFeature feature) override;
  void OnPowered() override;
  void OnComplete(Transfer& transfer) override;
  void OnTimer() override;
  void AskDescriptor();
  void OnDescriptor();
  void OnChange();

  static constexpr std::size_t kMostDescriptor = 64;    // bytes that are asked for
  static constexpr std::uint8_t kMostChangeErrors = 8;  // in a row

  Pipe change_pipe_;
  EndpointDescriptor change_endpoint_;
  Transfer request_;
  Transfer change_;
  Transfer recovery_;
  enum class Step : std::uint8_t { kTranslators, kDescriptor, kRunning };
  Step step_ = Step::kDescriptor;
  std::uint8_t change_errors_ = 0;
  std::uint8_t power_delay_ = 0;  // bPwrOn2PwrGood, in 2 ms
  DmaBytes<kMostDescriptor> answer_;
  DmaBytes<64> changes_;
};

class HubDriver final : public ClassDriver {
 public:
  static constexpr std::size_t kMostHubs = 6;
  constexpr explicit HubDriver(Host& host) : host_(host) {}
  bool Match(const Device& device, const InterfaceDescriptor& interface) const override;
  Function* Attach(Device& device, const InterfaceDescriptor& interface) override;

 private:
  Host& host_;
  std::array<ExternalHub, kMostHubs> hubs_ = {};
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_HUB_H_
