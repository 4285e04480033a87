// The usbredir protocol: messages with a header each, in little-endian order. Who sends is not trusted: lengths are
// bounded, and a stream that broke a rule is not read any further. [Usbredir]
#ifndef ENKEL_TESTING_MODELS_USBREDIR_MESSAGES_H_
#define ENKEL_TESTING_MODELS_USBREDIR_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace usbredir {

using Bytes = std::vector<std::byte>;

// [Usbredir] 4
enum class Type : std::uint32_t {
  kHello = 0,
  kDeviceConnect = 1,
  kDeviceDisconnect = 2,
  kReset = 3,
  kInterfaceInfo = 4,
  kEndpointInfo = 5,
  kSetConfiguration = 6,
  kGetConfiguration = 7,
  kConfigurationStatus = 8,
  kSetAltSetting = 9,
  kGetAltSetting = 10,
  kAltSettingStatus = 11,
  kStartInterruptReceiving = 15,
  kStopInterruptReceiving = 16,
  kInterruptReceivingStatus = 17,
  kCancelDataPacket = 21,
  kDeviceDisconnectAck = 24,
  kControlPacket = 100,
  kBulkPacket = 101,
  kInterruptPacket = 103,
};

// [Usbredir] 4.1: bits of hello
enum Capability : std::uint32_t {
  kConnectDeviceVersion = 1 << 1,
  kDisconnectAck = 1 << 3,
  kMaxPacketSizes = 1 << 4,
  kIds64Bits = 1 << 5,
  kBulkLength32Bits = 1 << 6,
};

// [Usbredir] 4: how a packet ended
enum class Status : std::uint8_t { kSuccess = 0, kCancelled = 1, kInvalid = 2, kIoError = 3, kStall = 4 };

struct Message {
  Type type;
  std::uint64_t id = 0;
  Bytes body;
};

// Cuts a stream of bytes into messages.
class Reader {
 public:
  static constexpr std::size_t kLongestBody = 256 << 10;

  // False: the stream is broken, for ever.
  bool Add(std::span<const std::byte> bytes);

  // The next whole message. Nothing: more bytes are needed, or the stream is broken.
  std::optional<Message> Next();

  bool is_broken() const { return is_broken_; }
  void SetIds64Bits(bool are_64) { id_size_ = are_64 ? 8 : 4; }

 private:
  Bytes waiting_;
  std::size_t taken_ = 0;  // bytes of waiting_ that were given out
  std::size_t id_size_ = 4;
  bool is_broken_ = false;
};

Bytes Encode(const Message& message, bool are_ids_64_bits);

// Numbers of a body, in their order. After a number that is not there all are 0, and is_whole() is false.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> body) : left_(body) {}

  std::uint8_t U8() { return static_cast<std::uint8_t>(Take(1)); }
  std::uint16_t U16() { return static_cast<std::uint16_t>(Take(2)); }
  std::uint32_t U32() { return static_cast<std::uint32_t>(Take(4)); }
  void Skip(std::size_t size);

  std::span<const std::byte> rest() const { return left_; }
  bool is_whole() const { return is_whole_; }

 private:
  std::uint64_t Take(std::size_t size);

  std::span<const std::byte> left_;
  bool is_whole_ = true;
};

// A body, number by number.
class Builder {
 public:
  Builder& U8(std::uint64_t value) { return Put(value, 1); }
  Builder& U16(std::uint64_t value) { return Put(value, 2); }
  Builder& U32(std::uint64_t value) { return Put(value, 4); }
  Builder& Zeros(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  Builder& Append(std::span<const std::byte> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  Bytes Take() { return std::move(bytes_); }

 private:
  Builder& Put(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes_.push_back(static_cast<std::byte>(value >> 8 * i));
    return *this;
  }

  Bytes bytes_;
};

}  // namespace usbredir

#endif  // ENKEL_TESTING_MODELS_USBREDIR_MESSAGES_H_
