// Linux as a subject: its stack by a tap interface that the script holds, its sockets in the script's own process.
#ifndef ENKEL_TESTING_AGAINST_LINUX_LINUX_SUBJECT_H_
#define ENKEL_TESTING_AGAINST_LINUX_LINUX_SUBJECT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "testing/against_linux/frames.h"
#include "testing/against_linux/subject.h"

namespace against_linux {

// A tap interface without offloads handles a frame before write() returns, so what follows can be read at once.
class LinuxSubject final : public Subject {
 public:
  // `tap` has the subject's addresses.
  explicit LinuxSubject(const char* tap);
  ~LinuxSubject() override;
  LinuxSubject(const LinuxSubject&) = delete;
  LinuxSubject& operator=(const LinuxSubject&) = delete;

  Bytes mac() const override { return mac_; }
  void Send(const Bytes& frame) override;
  std::vector<Bytes> Take() override;
  void Listen(bool is_ipv6) override;
  void Connect(bool is_ipv6, std::uint16_t peer_port) override;
  void Accept() override;
  void Write(std::size_t size) override;
  void ShutDownWrite() override;
  std::string State(bool is_ipv6, std::uint16_t peer_port) override;
  std::size_t Readable() override;
  void Clean() override;

 private:
  int Open(bool is_ipv6) const;

  int tap_;
  int udp_;
  int listener_ = -1;
  int connection_ = -1;
  Bytes mac_;
};

}  // namespace against_linux

#endif  // ENKEL_TESTING_AGAINST_LINUX_LINUX_SUBJECT_H_
