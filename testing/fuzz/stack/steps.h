// The language of stack_fuzz's inputs: a row of steps, each a byte that says what, and bytes that say how.
#ifndef ENKEL_TESTING_FUZZ_STACK_STEPS_H_
#define ENKEL_TESTING_FUZZ_STACK_STEPS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fuzz {

// Numbers are big-endian. Any byte means something: the lower six bits, modulo kCount.
enum class Step : std::uint8_t {
  // Of the world (player.cc). Pauses: nanoseconds in 4 bytes, milliseconds and seconds in 2; or until something
  // happens.
  kNanoseconds,
  kMilliseconds,
  kSeconds,
  kUntilNext,
  kFrame,        // 2 bytes of size, and a frame, whose checksums are mended
  kFrameAsIs,    // likewise, and they are not
  kSegment,      // of a connection that the host spoke of: see Peer::Segment
  kReply,        // to the host's last datagram: see Peer::Reply
  kAnswer,       // to the host's last question for a neighbour
  kPlug,         // pulls the cable, or puts it in again
  kHungerBegin,  // packets, buffers that are left
  kHungerEnd,

  // Of the program (program.cc); a byte says which of its connections, listeners or sockets.
  kConnect,  // how, with which options
  kListen,   // which, options; or closes it
  kAccept,
  kWrite,  // which, 2 bytes of size
  kWriteUrgent,
  kRead,
  kReadPacket,
  kShutDownWrite,
  kShutDownRead,
  kAbort,
  kClose,
  kSetOptions,
  kBind,  // which, how
  kConnectSocket,
  kSend,  // which, to whom, 2 bytes of size
  kReceive,
  kCloseSocket,
  kJoin,  // or leaves
  kPing,
  kDhcp,  // begins, or gives the lease back
  kLookUp,
  kCancelLookUp,
  kCount,
};

inline constexpr std::uint8_t kStepMask = 0x3f;
inline constexpr std::uint8_t kThenTurn = 0x80;  // the host has its turn after the step

// Reads an input; behind its end are zeroes.
class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
  bool IsEmpty() const { return rest_.empty(); }
  std::uint8_t Byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }
  std::uint16_t Short() {
    const std::uint8_t high = Byte();
    return static_cast<std::uint16_t>(high << 8 | Byte());
  }
  std::uint32_t Long() {
    const std::uint32_t high = Short();
    return high << 16 | Short();
  }
  std::vector<std::byte> Take(std::size_t count) {
    const auto part = std::as_bytes(rest_.first(std::min(count, rest_.size())));
    rest_ = rest_.subspan(part.size());
    return {part.begin(), part.end()};
  }

 private:
  std::span<const std::uint8_t> rest_;
};

// Writes one.
class Script {
 public:
  Script& Do(Step step) { return Byte(static_cast<std::uint8_t>(step)); }
  Script& Byte(std::uint8_t byte) {
    bytes_.push_back(byte);
    return *this;
  }
  Script& Short(std::uint16_t number) {
    return Byte(static_cast<std::uint8_t>(number >> 8)).Byte(static_cast<std::uint8_t>(number));
  }
  Script& Long(std::uint32_t number) {
    return Short(static_cast<std::uint16_t>(number >> 16)).Short(static_cast<std::uint16_t>(number));
  }
  Script& Bytes(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) Byte(static_cast<std::uint8_t>(byte));
    return *this;
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace fuzz

#endif  // ENKEL_TESTING_FUZZ_STACK_STEPS_H_
