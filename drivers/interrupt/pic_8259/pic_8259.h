// The pair of 8259A interrupt controllers of the first PCs, which an APIC replaces. [I8259A]
#ifndef ENKEL_DRIVERS_INTERRUPT_PIC_8259_PIC_8259_H_
#define ENKEL_DRIVERS_INTERRUPT_PIC_8259_PIC_8259_H_

#include <cstdint>

namespace drivers::interrupt {

inline constexpr std::uint16_t kPic8259FirstMask = 0x21;  // I/O port of OCW1
inline constexpr std::uint16_t kPic8259SecondMask = 0xa1;

// Masks all 15 wires: what firmware left open would come at the vectors of exceptions. Where there is no 8259, the
// writes go nowhere. `Ports` has WritePort8(port, value).
template <typename Ports>
void MaskPic8259(Ports& ports) {
  constexpr std::uint8_t kAll = 0xff;
  ports.WritePort8(kPic8259FirstMask, kAll);
  ports.WritePort8(kPic8259SecondMask, kAll);
}

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_PIC_8259_PIC_8259_H_
