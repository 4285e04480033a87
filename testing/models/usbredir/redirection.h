// The side of usbredir that has the device: tells QEMU of a model, and carries packets between the two.
//
// A transfer of QEMU's becomes packets of the model as a host controller would make them: OUT in pieces of the
// endpoint's packet size; IN until a short packet comes or the transfer is full, over any number of NAKs.
#ifndef ENKEL_TESTING_MODELS_USBREDIR_REDIRECTION_H_
#define ENKEL_TESTING_MODELS_USBREDIR_REDIRECTION_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "testing/models/usb/device.h"
#include "testing/models/usbredir/messages.h"

namespace usbredir {

class Redirection {
 public:
  using Output = std::function<void(std::span<const std::byte>)>;

  // A new connection to QEMU; says hello. `device` must outlive it.
  Redirection(models::Device& device, Output output);

  // Bytes from QEMU. False: they break the protocol, and the connection is of no more use.
  bool Receive(std::span<const std::byte> bytes);

  // Asks the model again for received frames that it had not yet.
  void Poll();
  // Asks the interrupt endpoints, as a host controller does at intervals.
  void PollInterrupts();

  // Takes the device out of the socket, and puts it in again. QEMU does not stand a device that leaves while it has
  // packets with it: first Fail, then Unplug when QEMU has been quiet for a while.
  void Fail();  // nothing reaches the device any more: what is under way, and what is asked for, fails
  void Unplug();
  void Plug();
  bool is_plugged() const { return is_plugged_; }
  // How the ids of what is sent are written: both hellos decide.
  bool are_ids_64_bits() const { return are_ids_64_bits_; }

  // What QEMU, and so the host's driver, did wrong here.
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  struct WaitingIn {
    std::uint64_t id;
    std::uint8_t endpoint;
    std::size_t size;  // bytes that are asked for
    Bytes data;        // that came
    std::uint32_t stream;
  };
  static constexpr std::size_t kMostWaiting = 256;

  void Send(Type type, Bytes body, std::uint64_t id = 0);
  bool Handle(const Message& message);
  bool OnHello(const Message& message);
  bool OnControl(const Message& message);
  bool OnBulk(const Message& message);
  void OnCancel(std::uint64_t id);
  void Announce();
  void AnswerBulk(std::uint64_t id, std::uint8_t endpoint, Status status, std::uint32_t stream, std::size_t size,
                  std::span<const std::byte> data);
  void SendOut(const Message& message, std::uint8_t endpoint, std::uint32_t stream, std::span<const std::byte> data);
  bool Progress(WaitingIn& waiting);
  std::optional<models::Bytes> Standard(std::uint8_t type, std::uint8_t request, std::uint16_t value,
                                        std::uint16_t index, std::uint16_t length);
  bool Has(Capability capability) const { return (capabilities_ & capability) != 0; }

  models::Device& device_;
  Output output_;
  Reader reader_;
  std::uint32_t capabilities_ = 0;  // of both sides
  bool has_hello_ = false;
  bool is_broken_ = false;
  bool are_ids_64_bits_ = false;
  bool is_plugged_ = true;
  bool is_failing_ = false;
  bool is_disconnecting_ = false;  // QEMU has not said yet that it knows
  std::uint32_t interrupts_ = 0;   // bit n: endpoint 0x80 + n is polled
  std::uint64_t next_interrupt_id_ = 0;
  std::deque<WaitingIn> waiting_;
  std::uint32_t owed_empty_ = 0;  // bit n: what endpoint 0x80 + n says next is the empty packet behind whole ones
  std::vector<std::string> violations_;
};

}  // namespace usbredir

#endif  // ENKEL_TESTING_MODELS_USBREDIR_REDIRECTION_H_
