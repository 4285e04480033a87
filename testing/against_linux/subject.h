// What the same scripts run against: Linux, or our stack. A program of one listener and one connection on top, frames
// below.
#ifndef ENKEL_TESTING_AGAINST_LINUX_SUBJECT_H_
#define ENKEL_TESTING_AGAINST_LINUX_SUBJECT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "testing/against_linux/frames.h"

namespace against_linux {

inline constexpr std::uint16_t kSubjectPort = 8080;  // of TCP, where it listens and connects from
inline constexpr std::uint16_t kEchoPort = 7;        // of UDP: a socket that keeps silent

class Subject {
 public:
  virtual ~Subject() = default;

  virtual Bytes mac() const = 0;

  // What it sends follows at once; take it all.
  virtual void Send(const Bytes& frame) = 0;
  virtual std::vector<Bytes> Take() = 0;

  // The program's calls.
  virtual void Listen(bool is_ipv6) = 0;
  virtual void Connect(bool is_ipv6, std::uint16_t peer_port) = 0;  // from kSubjectPort
  virtual void Accept() = 0;                                        // if somebody waits
  virtual void Write(std::size_t size) = 0;
  virtual void ShutDownWrite() = 0;

  // Of the connection with `peer_port`, whoever holds it now.
  virtual std::string State(bool is_ipv6, std::uint16_t peer_port) = 0;
  virtual std::size_t Readable() = 0;  // bytes

  // Everything of the case is gone afterwards.
  virtual void Clean() = 0;
};

}  // namespace against_linux

#endif  // ENKEL_TESTING_AGAINST_LINUX_SUBJECT_H_
