// The states of a connection, and which may follow which. [RFC9293] 3.3.2, figure 5
#ifndef ENKEL_NET_TCP_STATE_H_
#define ENKEL_NET_TCP_STATE_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace net::tcp {

// In an order in which "at least" means something: from kEstablished on, both ends have agreed on sequence numbers.
enum class State : std::uint8_t {
  kClosed,
  kListen,
  kSynSent,
  kSynReceived,
  kEstablished,
  kFinWait1,
  kFinWait2,
  kCloseWait,
  kClosing,
  kLastAck,
  kTimeWait,
};
inline constexpr std::size_t kStates = 11;

namespace internal {

constexpr std::uint16_t Set(auto... states) {
  return static_cast<std::uint16_t>((0u | ... | (1u << static_cast<unsigned>(states))));
}

// Successors of each state, in the order of the enum. Each but kClosed may also end in kClosed: by RST, ABORT or a
// time-out.
inline constexpr std::array<std::uint16_t, kStates> kSuccessors = {
    Set(State::kListen, State::kSynSent, State::kSynReceived),      // kClosed; a half-open entry comes as kSynReceived
    Set(State::kSynReceived, State::kClosed),                       // kListen
    Set(State::kSynReceived, State::kEstablished, State::kClosed),  // kSynSent
    Set(State::kEstablished, State::kFinWait1, State::kCloseWait, State::kClosed),  // kSynReceived
    Set(State::kFinWait1, State::kCloseWait, State::kClosed),                       // kEstablished
    Set(State::kFinWait2, State::kClosing, State::kTimeWait, State::kClosed),       // kFinWait1
    Set(State::kTimeWait, State::kClosed),                                          // kFinWait2
    Set(State::kLastAck, State::kClosed),                                           // kCloseWait
    Set(State::kTimeWait, State::kClosed),                                          // kClosing
    Set(State::kClosed),                                                            // kLastAck
    Set(State::kClosed, State::kSynReceived),                                       // kTimeWait; a new SYN reopens it
};

}  // namespace internal

constexpr bool MayFollow(State from, State to) {
  return (internal::kSuccessors[static_cast<std::size_t>(from)] >> static_cast<unsigned>(to) & 1) != 0;
}

// Whether both ends know each other's sequence numbers. [RFC9293] 3.5.1 "synchronized"
constexpr bool IsSynchronized(State state) { return state >= State::kEstablished; }

constexpr const char* NameOf(State state) {
  constexpr std::array<const char*, kStates> kNames = {"CLOSED",      "LISTEN",     "SYN-SENT",   "SYN-RECEIVED",
                                                       "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
                                                       "CLOSING",     "LAST-ACK",   "TIME-WAIT"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_STATE_H_
