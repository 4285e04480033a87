// The mailboxes between the cores and the GPU of BCM2835 to BCM2837. [Mailbox]
#ifndef ENKEL_DRIVERS_MAILBOX_BCM2835_BCM2835_MAILBOX_H_
#define ENKEL_DRIVERS_MAILBOX_BCM2835_BCM2835_MAILBOX_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"
#include "drivers/mailbox/bcm2835/registers.h"

namespace drivers::mailbox {

inline constexpr std::uint32_t kPropertyChannel = 8;

// Holds no state but where it is. Not interrupt-safe.
template <typename Registers>
class Bcm2835MailboxOn {
 public:
  constexpr explicit Bcm2835MailboxOn(Registers registers) : registers_(registers) {}

  // Sends a message, whose channel is in bits 3:0, and waits until the same comes back; what else comes is an answer
  // that somebody gave up on. Blocks, but not for longer than about a tenth of a second: then false.
  [[gnu::always_inline]] bool Exchange(std::uint32_t message) const {
    using namespace bcm2835;  // NOLINT(google-build-using-namespace): the registers' names
    int polls = kMostPolls;
    while (MAIL1_STATUS::FULL::IsIn(registers_.template Read<MAIL1_STATUS>().value)) {
      if (--polls == 0) return false;
    }
    registers_.template Write<MAIL1_WRITE>(message);
    for (;;) {
      while (MAIL0_STATUS::EMPTY::IsIn(registers_.template Read<MAIL0_STATUS>().value)) {
        if (--polls <= 0) return false;
      }
      if (registers_.template Read<MAIL0_READ>().value == message) return true;
      if (--polls <= 0) return false;
    }
  }

 private:
  static constexpr int kMostPolls = 1'000'000;  // about a tenth of a second; an answer takes microseconds

  Registers registers_;
};

using Bcm2835Mailbox = Bcm2835MailboxOn<MappedRegisters>;

}  // namespace drivers::mailbox

#endif  // ENKEL_DRIVERS_MAILBOX_BCM2835_BCM2835_MAILBOX_H_
