// Which Raspberry Pi a board revision code means. [Revisions]
#ifndef ENKEL_DRIVERS_MAILBOX_BCM2835_REVISION_H_
#define ENKEL_DRIVERS_MAILBOX_BCM2835_REVISION_H_

#include <cstdint>

namespace drivers::mailbox {

enum class Model : std::uint8_t { kUnknown, k3B, k3BPlus, k3APlus };

// Of a code of the new style: NOQuuuWuFMMMCCCCPPPPTTTTTTTTRRRR. Those of the old style are of boards from before the 3.
constexpr Model ModelOf(std::uint32_t revision) {
  constexpr std::uint32_t kNewStyle = 1U << 23;
  if ((revision & kNewStyle) == 0) return Model::kUnknown;
  switch (revision >> 4 & 0xff) {
    case 0x08:
      return Model::k3B;
    case 0x0d:
      return Model::k3BPlus;
    case 0x0e:
      return Model::k3APlus;
    default:
      return Model::kUnknown;
  }
}

constexpr const char* NameOf(Model model) {
  switch (model) {
    case Model::k3B:
      return "Raspberry Pi 3 Model B";
    case Model::k3BPlus:
      return "Raspberry Pi 3 Model B+";
    case Model::k3APlus:
      return "Raspberry Pi 3 Model A+";
    case Model::kUnknown:
      break;
  }
  return "Raspberry Pi of a model that is not known here";
}

}  // namespace drivers::mailbox

#endif  // ENKEL_DRIVERS_MAILBOX_BCM2835_REVISION_H_
