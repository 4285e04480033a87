#include "testing/models/usbredir/redirection.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <format>
#include <optional>
#include <span>
#include <utility>

#include "testing/models/usb/device.h"
#include "testing/models/usbredir/messages.h"

namespace usbredir {
namespace {

using models::Answer;
using models::Endpoint;

constexpr std::uint32_t kOurCapabilities =
    kConnectDeviceVersion | kDisconnectAck | kMaxPacketSizes | kIds64Bits | kBulkLength32Bits;
constexpr std::size_t kNameSize = 64, kEndpoints = 32, kInterfaces = 32;
constexpr std::uint8_t kFullSpeed = 1, kHighSpeed = 2, kNoEndpoint = 255;
constexpr std::uint8_t kGetConfigurationRequest = 8, kSetConfigurationRequest = 9, kGetInterfaceRequest = 10,
                       kSetInterfaceRequest = 11;
constexpr std::uint8_t kToHost = 0x80;

std::size_t IndexOf(std::uint8_t address) { return (address & 0x80u) >> 3 | (address & 15u); }

}  // namespace

Redirection::Redirection(models::Device& device, Output output) : device_(device), output_(std::move(output)) {
  device_.Reset();
  Builder hello;
  constexpr std::string_view kName = "Enkel device model";
  hello.Append(std::as_bytes(std::span(kName))).Zeros(kNameSize - kName.size()).U32(kOurCapabilities);
  Send(Type::kHello, hello.Take());
}

void Redirection::Send(Type type, Bytes body, std::uint64_t id) {
  output_(Encode({.type = type, .id = id, .body = std::move(body)}, are_ids_64_bits_));
}

bool Redirection::Receive(std::span<const std::byte> bytes) {
  if (is_broken_) return false;
  is_broken_ = !reader_.Add(bytes);
  while (const std::optional<Message> message = reader_.Next()) {
    is_broken_ = !Handle(*message);
    if (is_broken_) return false;
  }
  Poll();
  is_broken_ |= reader_.is_broken();
  return !is_broken_;
}

bool Redirection::OnHello(const Message& message) {
  Fields fields(message.body);
  fields.Skip(kNameSize);
  // An old peer sends no capabilities. More of them than we know are not ours.
  const std::uint32_t theirs = fields.rest().size() >= 4 ? fields.U32() : 0;
  if (has_hello_ || !fields.is_whole()) return false;
  has_hello_ = true;
  capabilities_ = kOurCapabilities & theirs;
  are_ids_64_bits_ = Has(kIds64Bits);
  reader_.SetIds64Bits(are_ids_64_bits_);
  if (is_plugged_) Announce();
  return true;
}

void Redirection::Announce() {
  std::array<std::uint8_t, kEndpoints> types, intervals = {};
  std::array<std::uint16_t, kEndpoints> sizes = {};
  types.fill(kNoEndpoint);
  bool is_high_speed = false;
  for (const std::uint8_t control : {0x00, 0x80}) {
    types[IndexOf(control)] = 0;
    sizes[IndexOf(control)] = 64;
  }
  for (const Endpoint& endpoint : device_.facts().endpoints) {
    types[IndexOf(endpoint.address)] = endpoint.type;
    intervals[IndexOf(endpoint.address)] = endpoint.interval;
    sizes[IndexOf(endpoint.address)] = endpoint.packet_size;
    is_high_speed |= endpoint.packet_size > 64;
  }
  Builder endpoints;
  for (const std::uint8_t type : types) endpoints.U8(type);
  for (const std::uint8_t interval : intervals) endpoints.U8(interval);
  endpoints.Zeros(kEndpoints);  // all of interface 0
  if (Has(kMaxPacketSizes)) {
    for (const std::uint16_t size : sizes) endpoints.U16(size);
  }
  Send(Type::kEndpointInfo, endpoints.Take());

  const models::Device::Facts& facts = device_.facts();
  Builder interfaces;
  interfaces.U32(1).Zeros(kInterfaces).U8(facts.interface_class).Zeros(kInterfaces - 1).Zeros(kInterfaces);
  Send(Type::kInterfaceInfo, interfaces.U8(facts.interface_protocol).Zeros(kInterfaces - 1).Take());

  Builder connect;
  connect.U8(is_high_speed ? kHighSpeed : kFullSpeed).U8(facts.device_class).U8(0).U8(0);
  connect.U16(facts.vendor).U16(facts.product);
  if (Has(kConnectDeviceVersion)) connect.U16(facts.version);
  Send(Type::kDeviceConnect, connect.Take());
}

void Redirection::Fail() {
  is_failing_ = true;
  while (!waiting_.empty()) {
    const WaitingIn& waiting = waiting_.front();
    AnswerBulk(waiting.id, waiting.endpoint, Status::kIoError, waiting.stream, 0, {});
    waiting_.pop_front();
  }
}

void Redirection::Unplug() {
  if (!is_plugged_) return;
  is_plugged_ = false;
  is_failing_ = false;
  waiting_.clear();
  owed_empty_ = 0;
  interrupts_ = 0;
  if (!has_hello_) return;
  is_disconnecting_ = Has(kDisconnectAck);
  Send(Type::kDeviceDisconnect, {});
}

void Redirection::Plug() {
  if (is_plugged_) return;
  is_plugged_ = true;
  device_.Reset();
  if (has_hello_ && !is_disconnecting_) Announce();
}

bool Redirection::Handle(const Message& message) {
  if (!has_hello_ || message.type == Type::kHello) return message.type == Type::kHello && OnHello(message);
  if (message.type == Type::kDeviceDisconnectAck) {
    if (is_disconnecting_ && is_plugged_) Announce();
    is_disconnecting_ = false;
    return true;
  }
  if (!is_plugged_ || is_disconnecting_) return true;  // to a device that is gone
  Fields fields(message.body);
  switch (message.type) {
    case Type::kReset:
      if (is_failing_) return true;
      device_.Reset();
      waiting_.clear();
      owed_empty_ = 0;
      interrupts_ = 0;
      return true;
    case Type::kSetConfiguration:
    case Type::kGetConfiguration: {
      const bool is_set = message.type == Type::kSetConfiguration;
      const std::uint8_t wanted = is_set ? fields.U8() : 0;
      const auto answer = is_set ? Standard(0, kSetConfigurationRequest, wanted, 0, 0)
                                 : Standard(kToHost, kGetConfigurationRequest, 0, 0, 1);
      const std::uint64_t value =
          is_set || !answer || answer->empty() ? wanted : static_cast<std::uint64_t>(answer->front());
      const Status status = answer ? Status::kSuccess : Status::kStall;
      Send(Type::kConfigurationStatus, Builder().U8(static_cast<std::uint8_t>(status)).U8(value).Take(), message.id);
      return fields.is_whole();
    }
    case Type::kSetAltSetting:
    case Type::kGetAltSetting: {
      const bool is_set = message.type == Type::kSetAltSetting;
      const std::uint8_t interface = fields.U8();
      const std::uint8_t setting = is_set ? fields.U8() : 0;
      const auto answer = is_set ? Standard(1, kSetInterfaceRequest, setting, interface, 0)
                                 : Standard(kToHost | 1, kGetInterfaceRequest, 0, interface, 1);
      const Status status = answer ? Status::kSuccess : Status::kStall;
      Builder reply;
      reply.U8(static_cast<std::uint8_t>(status)).U8(interface).U8(setting);
      Send(Type::kAltSettingStatus, reply.Take(), message.id);
      return fields.is_whole();
    }
    case Type::kStartInterruptReceiving:
    case Type::kStopInterruptReceiving: {
      const std::uint8_t endpoint = fields.U8();
      const std::uint32_t bit = 1u << (endpoint & 15);
      const bool is_start = message.type == Type::kStartInterruptReceiving;
      interrupts_ = is_start ? interrupts_ | bit : interrupts_ & ~bit;
      Builder reply;
      reply.U8(static_cast<std::uint8_t>(Status::kSuccess)).U8(endpoint);
      Send(Type::kInterruptReceivingStatus, reply.Take(), message.id);
      return fields.is_whole();
    }
    case Type::kCancelDataPacket:
      OnCancel(message.id);
      return true;
    case Type::kControlPacket:
      return OnControl(message);
    case Type::kBulkPacket:
      return OnBulk(message);
    default:
      return true;  // of capabilities that we do not have
  }
}

std::optional<models::Bytes> Redirection::Standard(std::uint8_t type, std::uint8_t request, std::uint16_t value,
                                                   std::uint16_t index, std::uint16_t length) {
  return device_.Control({.request_type = type, .request = request, .value = value, .index = index, .length = length},
                         {});
}

bool Redirection::OnControl(const Message& message) {
  Fields fields(message.body);
  const std::uint8_t endpoint = fields.U8(), request = fields.U8(), type = fields.U8();
  fields.Skip(1);  // status
  const std::uint16_t value = fields.U16(), index = fields.U16(), length = fields.U16();
  if (!fields.is_whole()) return false;
  const models::Setup setup = {
      .request_type = type, .request = request, .value = value, .index = index, .length = length};
  if (setup.is_in() && !fields.rest().empty()) return false;
  const std::optional<models::Bytes> answer = is_failing_ ? std::nullopt : device_.Control(setup, fields.rest());
  const std::size_t size = setup.is_in() && answer ? answer->size() : length;
  const Status refusal = is_failing_ ? Status::kIoError : Status::kStall;
  const Status status = answer ? Status::kSuccess : refusal;
  Builder reply;
  reply.U8(endpoint).U8(request).U8(type).U8(static_cast<std::uint8_t>(status));
  reply.U16(value).U16(index).U16(answer ? size : 0);
  if (answer && setup.is_in()) reply.Append(*answer);
  Send(Type::kControlPacket, reply.Take(), message.id);
  return true;
}

bool Redirection::OnBulk(const Message& message) {
  Fields fields(message.body);
  const std::uint8_t endpoint = fields.U8();
  fields.Skip(1);  // status
  std::size_t size = fields.U16();
  const std::uint32_t stream = fields.U32();
  if (Has(kBulkLength32Bits)) size |= std::size_t{fields.U16()} << 16;
  if (!fields.is_whole()) return false;
  if ((endpoint & 0x80) == 0) {
    if (size != fields.rest().size()) return false;
    if (is_failing_) {
      AnswerBulk(message.id, endpoint, Status::kIoError, stream, 0, {});
    } else {
      SendOut(message, endpoint, stream, fields.rest());
    }
    return true;
  }
  const Endpoint* const found = device_.FindEndpoint(endpoint);
  if (found == nullptr || size == 0 || size % found->packet_size != 0) {
    violations_.push_back(
        std::format("IN of {} bytes from endpoint {:#x}: no multiple of its packets", size, endpoint));
  }
  if (waiting_.size() >= kMostWaiting) return false;
  if (is_failing_) {
    AnswerBulk(message.id, endpoint, Status::kIoError, stream, 0, {});
    return true;
  }
  waiting_.push_back({.id = message.id, .endpoint = endpoint, .size = size, .data = {}, .stream = stream});
  return true;
}

void Redirection::SendOut(const Message& message, std::uint8_t endpoint, std::uint32_t stream,
                          std::span<const std::byte> data) {
  const Endpoint* const found = device_.FindEndpoint(endpoint);
  const std::size_t most = found != nullptr ? found->packet_size : 64;
  std::size_t sent = 0;
  Answer answer = Answer::kAck;
  do {
    const std::size_t size = std::min(most, data.size() - sent);
    answer = device_.Out(endpoint, data.subspan(sent, size));
    sent += size;
  } while (sent < data.size() && answer == Answer::kAck);
  const Status status = answer == Answer::kAck ? Status::kSuccess : Status::kStall;
  AnswerBulk(message.id, endpoint, status, stream, answer == Answer::kAck ? data.size() : 0, {});
}

void Redirection::AnswerBulk(std::uint64_t id, std::uint8_t endpoint, Status status, std::uint32_t stream,
                             std::size_t size, std::span<const std::byte> data) {
  Builder reply;
  reply.U8(endpoint).U8(static_cast<std::uint8_t>(status)).U16(size).U32(stream);
  if (Has(kBulkLength32Bits)) reply.U16(size >> 16);
  Send(Type::kBulkPacket, reply.Append(data).Take(), id);
}

void Redirection::OnCancel(std::uint64_t id) {
  const auto found = std::ranges::find(waiting_, id, &WaitingIn::id);
  if (found == waiting_.end()) return;  // it was answered meanwhile
  // What came of it is lost, as on a bus where the host stops a transfer.
  AnswerBulk(id, found->endpoint, Status::kCancelled, found->stream, 0, {});
  waiting_.erase(found);
}

// True: the transfer is over and was answered.
bool Redirection::Progress(WaitingIn& waiting) {
  const Endpoint* const found = device_.FindEndpoint(waiting.endpoint);
  const std::size_t packet = found != nullptr ? found->packet_size : 64;
  const std::uint32_t bit = 1u << (waiting.endpoint & 15);
  if ((owed_empty_ & bit) != 0) {
    owed_empty_ &= ~bit;
    AnswerBulk(waiting.id, waiting.endpoint, Status::kSuccess, waiting.stream, 0, {});
    return true;
  }
  while (waiting.data.size() < waiting.size) {
    const models::InPacket in = device_.In(waiting.endpoint);
    if (in.answer == Answer::kNak) return false;
    if (in.answer == Answer::kStall) {
      AnswerBulk(waiting.id, waiting.endpoint, Status::kStall, waiting.stream, 0, {});
      return true;
    }
    waiting.data.insert(waiting.data.end(), in.data.begin(), in.data.end());
    if (in.data.size() < packet) {
      // usbredir has no empty packet behind whole ones, only an answer with fewer bytes than were asked for. QEMU's
      // DWC2 goes on asking after that, as if the device had said NAK, until it gets the empty packet, too.
      if (in.data.empty() && !waiting.data.empty()) owed_empty_ |= bit;
      break;
    }
  }
  if (waiting.data.size() > waiting.size) waiting.data.resize(waiting.size);
  AnswerBulk(waiting.id, waiting.endpoint, Status::kSuccess, waiting.stream, waiting.data.size(), waiting.data);
  return true;
}

void Redirection::PollInterrupts() {
  if (is_failing_) return;
  for (std::uint8_t number = 1; number < 16; ++number) {
    if ((interrupts_ >> number & 1) == 0) continue;
    const auto endpoint = static_cast<std::uint8_t>(0x80 | number);
    const models::InPacket in = device_.In(endpoint);
    if (in.answer != Answer::kAck) continue;
    Builder packet;
    packet.U8(endpoint).U8(static_cast<std::uint8_t>(Status::kSuccess)).U16(in.data.size()).Append(in.data);
    Send(Type::kInterruptPacket, packet.Take(), next_interrupt_id_++);
  }
}

void Redirection::Poll() {
  while (!waiting_.empty() && Progress(waiting_.front())) waiting_.pop_front();
}

}  // namespace usbredir
