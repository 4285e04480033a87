#include "drivers/bus/usb/model_device.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "drivers/bus/usb/descriptors.h"
#include "drivers/bus/usb/types.h"

namespace drivers::usb {

Bytes MakeBytes(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

Bytes MakeString(const std::string& text) {
  Bytes bytes = MakeBytes({static_cast<int>(2 + 2 * text.size()), kStringDescriptor});
  for (const char letter : text) {
    bytes.push_back(static_cast<std::byte>(letter));
    bytes.push_back(std::byte{0});
  }
  return bytes;
}

void ModelDevice::ResetToggles() {
  is_odd_.clear();
  wants_ping_.clear();
  waiting_.clear();
  halted.clear();
}

void ModelDevice::Reset() {
  address = 0;
  configuration = 0;
  alternates.clear();
  stage_ = Stage::kIdle;
  pending_address_.reset();
  ResetToggles();
  OnReset();
}

std::optional<Fault> ModelDevice::TakeFault() {
  const auto found = faults.find(transactions++);
  if (found == faults.end()) return std::nullopt;
  if (found->second == Fault::kUnplug || found->second == Fault::kDead) is_plugged = false;
  return found->second;
}

// What stands before any endpoint: kAck, to go on.
Handshake ModelDevice::Gate(std::uint8_t endpoint_address, std::optional<Fault> fault) {
  if (!is_plugged || fault == Fault::kDeaf) return Handshake::kNone;
  if (fault == Fault::kNak) return Handshake::kNak;
  if (fault == Fault::kStall) {
    if ((endpoint_address & 15) != 0) {
      halted[endpoint_address] = true;
    } else {
      stage_ = Stage::kStalled;
    }
  }
  if ((endpoint_address & 15) != 0) {
    if (configuration == 0) return Handshake::kNone;
    if (halted[endpoint_address]) return Handshake::kStall;
  }
  return Handshake::kAck;
}

Handshake ModelDevice::OnSetup(std::uint8_t endpoint, std::span<const std::byte> bytes) {
  const std::optional<Fault> fault = TakeFault();
  if (!is_plugged || fault == Fault::kDeaf || endpoint != 0) return Handshake::kNone;
  if (bytes.size() != 8) {
    Complain("a setup packet that has not 8 bytes");
    return Handshake::kNone;
  }
  setup_ = {.request_type = static_cast<std::uint8_t>(bytes[0]),
            .request = static_cast<std::uint8_t>(bytes[1]),
            .value = Load16(&bytes[2]),
            .index = Load16(&bytes[4]),
            .length = Load16(&bytes[6])};
  data_.clear();
  done_ = 0;
  pending_size_ = 0;
  control_is_odd_ = true;
  stage_ = setup_.length == 0 ? Stage::kStatusIn : setup_.IsIn() ? Stage::kDataIn : Stage::kDataOut;
  if (!Standard() || fault == Fault::kStall) stage_ = Stage::kStalled;
  return Handshake::kAck;
}

// Whether the request is one that it knows; prepares what is read.
bool ModelDevice::Standard() {
  constexpr std::uint8_t kTypeMask = 0x60;
  std::optional<Bytes> answer;
  if ((setup_.request_type & kTypeMask) != 0) {
    if (!setup_.IsIn()) return true;  // judged when its data are there
    answer = OnControlIn(setup_);
  } else if (setup_.IsIn() && setup_.request == GET_DESCRIPTOR) {
    const auto index = static_cast<std::uint8_t>(setup_.value);
    switch (setup_.value >> 8) {
      case kDeviceDescriptor:
        answer = device_descriptor;
        break;
      case kConfigurationDescriptor:
        if (index < configurations.size()) answer = configurations[index];
        break;
      case kStringDescriptor:
        if (strings.contains(index)) answer = strings[index];
        break;
      default:
        break;
    }
  } else if (setup_.IsIn() && setup_.request == GET_STATUS) {
    answer = Bytes(2);
  } else {
    return !setup_.IsIn();
  }
  if (!answer) return false;
  data_ = *answer;
  if (data_.size() > setup_.length) data_.resize(setup_.length);
  return true;
}

// The status stage of a request without data from the device.
void ModelDevice::Execute() {
  if ((setup_.request_type & 0x60) != 0) return;
  switch (setup_.request) {
    case SET_ADDRESS:
      pending_address_ = static_cast<std::uint8_t>(setup_.value);
      break;
    case SET_CONFIGURATION:
      configuration = static_cast<std::uint8_t>(setup_.value);
      ResetToggles();
      break;
    case SET_INTERFACE:
      alternates[static_cast<std::uint8_t>(setup_.index)] = static_cast<std::uint8_t>(setup_.value);
      ResetToggles();
      break;
    case CLEAR_FEATURE:
      if (setup_.value == 0) {
        const auto at = static_cast<std::uint8_t>(setup_.index);
        halted[at] = false;
        is_odd_[at] = false;
        waiting_[at].reset();
      }
      break;
    default:
      break;
  }
}

Answer ModelDevice::ControlIn() {
  if (stage_ == Stage::kDataIn) {
    const std::size_t size = std::min<std::size_t>(data_.size() - done_, max_packet);
    pending_size_ = size;
    const auto from = data_.begin() + static_cast<std::ptrdiff_t>(done_);
    return {Handshake::kAck, control_is_odd_, Bytes(from, from + static_cast<std::ptrdiff_t>(size))};
  }
  if (stage_ == Stage::kDataOut && done_ == setup_.length) stage_ = Stage::kStatusIn;
  if (stage_ != Stage::kStatusIn) {
    if (stage_ != Stage::kStalled) Complain("IN at endpoint 0 in the wrong stage");
    return Answer::Of(Handshake::kStall);
  }
  if ((setup_.request_type & 0x60) != 0 && !OnControlOut(setup_, data_)) {
    stage_ = Stage::kStalled;
    return Answer::Of(Handshake::kStall);
  }
  return {Handshake::kAck, true, {}};
}

Answer ModelDevice::OnIn(std::uint8_t endpoint) {
  const auto at = static_cast<std::uint8_t>(endpoint | 0x80);
  const std::optional<Fault> fault = TakeFault();
  if (const Handshake gate = Gate(at, fault); gate != Handshake::kAck) return Answer::Of(gate);
  Answer answer;
  if (endpoint == 0) {
    answer = ControlIn();
  } else {
    std::optional<Bytes>& waiting = waiting_[at];
    if (!waiting) waiting = NextPacket(endpoint);
    if (!waiting) return Answer::Of(Handshake::kNak);
    answer = {Handshake::kAck, is_odd_[at], *waiting};
  }
  if (answer.handshake != Handshake::kAck) return answer;
  if (fault == Fault::kShort) answer.data.resize(answer.data.size() / 2);
  if (fault == Fault::kLong) answer.data.resize(1025);
  if (fault == Fault::kGarbage) {
    for (std::size_t i = 0; i < answer.data.size(); ++i) answer.data[i] ^= static_cast<std::byte>(0xa5 + 7 * i);
  }
  if (fault == Fault::kWrongToggle) answer.is_odd = !answer.is_odd;
  return answer;
}

void ModelDevice::OnInReceived(std::uint8_t endpoint) {
  if (endpoint != 0) {
    const auto at = static_cast<std::uint8_t>(endpoint | 0x80);
    waiting_[at].reset();
    is_odd_[at] = !is_odd_[at];
    return;
  }
  if (stage_ == Stage::kDataIn) {
    done_ += pending_size_;
    control_is_odd_ = !control_is_odd_;
    if (pending_size_ < max_packet || done_ == setup_.length) stage_ = Stage::kStatusOut;
  } else if (stage_ == Stage::kStatusIn) {
    Execute();
    if (pending_address_) address = *std::exchange(pending_address_, std::nullopt);
    stage_ = Stage::kIdle;
  }
}

Handshake ModelDevice::ControlOut(bool is_odd, std::span<const std::byte> bytes) {
  if (stage_ == Stage::kStalled) return Handshake::kStall;
  // The host may end the data stage when it has what it wants.
  if (stage_ == Stage::kDataIn || stage_ == Stage::kStatusOut) {
    if (!bytes.empty()) Complain("a status stage with data");
    if (!is_odd) Complain("a status stage that is not DATA1");
    stage_ = Stage::kIdle;
    return Handshake::kAck;
  }
  if (stage_ != Stage::kDataOut) {
    Complain("OUT at endpoint 0 in the wrong stage");
    return Handshake::kStall;
  }
  if (is_odd != control_is_odd_) return Handshake::kAck;  // once more: its handshake was lost
  if (bytes.size() > max_packet) Complain("a packet too large for endpoint 0");
  if (bytes.size() < max_packet && done_ + bytes.size() < setup_.length) Complain("a data stage that ends early");
  data_.insert(data_.end(), bytes.begin(), bytes.end());
  done_ += bytes.size();
  if (done_ > setup_.length) Complain("more data than wLength");
  control_is_odd_ = !control_is_odd_;
  return Handshake::kAck;
}

Handshake ModelDevice::OnOut(std::uint8_t endpoint, bool is_odd, std::span<const std::byte> bytes) {
  const std::optional<Fault> fault = TakeFault();
  if (const Handshake gate = Gate(endpoint, fault); gate != Handshake::kAck) return gate;
  if (endpoint == 0) return ControlOut(is_odd, bytes);
  if (wants_ping_[endpoint]) Complain("OUT where PING is due");
  if (is_odd != is_odd_[endpoint]) return Handshake::kAck;
  if (!OnPacket(endpoint, bytes)) return Handshake::kNak;
  is_odd_[endpoint] = !is_odd_[endpoint];
  if (says_nyet) {
    wants_ping_[endpoint] = true;
    return Handshake::kNyet;
  }
  // The packet was taken, and the host does not hear of it.
  return fault == Fault::kWrongToggle ? Handshake::kNone : Handshake::kAck;
}

Handshake ModelDevice::OnPing(std::uint8_t endpoint) {
  if (speed != Speed::kHigh) Complain("PING below high speed");
  ++pings;
  const Handshake handshake = Gate(endpoint, TakeFault());
  if (handshake == Handshake::kAck) wants_ping_[endpoint] = false;
  return handshake;
}

}  // namespace drivers::usb
