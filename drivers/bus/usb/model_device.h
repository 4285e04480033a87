// A USB device for tests, transaction by transaction: strict about toggles, stages and lengths where the host is to be
// judged, and lying, deaf or gone where a test makes it. What it finds wrong with the host stands in `complaints`.
#ifndef ENKEL_DRIVERS_BUS_USB_MODEL_DEVICE_H_
#define ENKEL_DRIVERS_BUS_USB_MODEL_DEVICE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "drivers/bus/usb/types.h"

namespace drivers::usb {

using Bytes = std::vector<std::byte>;

Bytes MakeBytes(std::initializer_list<int> values);
// A string descriptor.
Bytes MakeString(const std::string& text);

// What a device answers to a token. kNone: nothing, as by a device that is broken or gone.
enum class Handshake : std::uint8_t { kAck, kNak, kStall, kNyet, kNone };

// Data and their toggle, where the handshake is kAck.
struct Answer {
  Handshake handshake = Handshake::kNone;
  bool is_odd = false;
  Bytes data;

  static Answer Of(Handshake handshake) {
    Answer answer;
    answer.handshake = handshake;
    return answer;
  }
};

// What goes wrong at a transaction, counted over all endpoints.
enum class Fault : std::uint8_t {
  kDeaf,         // no answer, once
  kDead,         // no answer any more
  kNak,          // not ready, once
  kStall,        // refused
  kShort,        // IN: half of the data
  kLong,         // IN: more than the endpoint's packets hold
  kWrongToggle,  // IN: the packet before once more, as when its handshake was lost
  kGarbage,      // IN: other bytes
  kUnplug,       // gone from here on
};

class ModelDevice {
 public:
  // What it is. Configurations and strings by index.
  Speed speed = Speed::kHigh;
  std::uint8_t max_packet = 64;  // of endpoint 0
  Bytes device_descriptor;
  std::vector<Bytes> configurations;
  std::map<std::uint8_t, Bytes> strings;

  bool says_nyet = false;  // to each bulk packet: it has room for no other one, and wants to be asked. [USB2] 8.5.1
  std::map<int, Fault> faults;  // by transaction, from 0
  std::vector<std::string> complaints;

  // How it stands.
  bool is_plugged = true;
  std::uint8_t address = 0;
  std::uint8_t configuration = 0;
  int transactions = 0;
  int pings = 0;
  std::map<std::uint8_t, std::uint8_t> alternates;  // by interface
  std::map<std::uint8_t, bool> halted;              // by endpoint address

  ModelDevice() = default;
  virtual ~ModelDevice() = default;
  ModelDevice(const ModelDevice&) = delete;
  ModelDevice& operator=(const ModelDevice&) = delete;

  // The bus was reset.
  void Reset();

  // Tokens to one of its endpoints. An IN packet counts as received once OnInReceived is called.
  Handshake OnSetup(std::uint8_t endpoint, std::span<const std::byte> bytes);
  Answer OnIn(std::uint8_t endpoint);
  void OnInReceived(std::uint8_t endpoint);
  Handshake OnOut(std::uint8_t endpoint, bool is_odd, std::span<const std::byte> bytes);
  Handshake OnPing(std::uint8_t endpoint);

  // The device behind it, itself among them, that has this address and whose ports above are enabled.
  virtual ModelDevice* Find(std::uint8_t wanted) { return is_plugged && address == wanted ? this : nullptr; }

 protected:
  void Complain(const std::string& what) { complaints.push_back(what); }

  // A request of a class or vendor. Nothing or false: stall.
  virtual std::optional<Bytes> OnControlIn(const Setup&) { return std::nullopt; }
  virtual bool OnControlOut(const Setup&, std::span<const std::byte>) { return false; }
  // A packet for an endpoint that is not 0; false: NAK.
  virtual bool OnPacket(std::uint8_t, std::span<const std::byte>) { return false; }
  // The next packet of an endpoint; nothing: NAK.
  virtual std::optional<Bytes> NextPacket(std::uint8_t) { return std::nullopt; }
  virtual void OnReset() {}

 private:
  enum class Stage { kIdle, kDataIn, kDataOut, kStatusIn, kStatusOut, kStalled };

  std::optional<Fault> TakeFault();
  Handshake Gate(std::uint8_t endpoint_address, std::optional<Fault> fault);
  Answer ControlIn();
  Handshake ControlOut(bool is_odd, std::span<const std::byte> bytes);
  bool Standard();
  void Execute();
  void ResetToggles();

  Stage stage_ = Stage::kIdle;
  Setup setup_;
  Bytes data_;  // of the data stage
  std::size_t done_ = 0;
  std::size_t pending_size_ = 0;  // of the packet that is not acknowledged yet
  bool control_is_odd_ = false;
  std::optional<std::uint8_t> pending_address_;
  std::map<std::uint8_t, bool> wants_ping_;
  std::map<std::uint8_t, bool> is_odd_;                   // by endpoint address
  std::map<std::uint8_t, std::optional<Bytes>> waiting_;  // IN packets that are not acknowledged yet
};

}  // namespace drivers::usb

#endif  // ENKEL_DRIVERS_BUS_USB_MODEL_DEVICE_H_
