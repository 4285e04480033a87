// The pair of 8259A interrupt controllers of the first PCs, which an APIC replaces. [I8259A]
#ifndef ENKEL_DRIVERS_INTERRUPT_PIC_8259_PIC_8259_H_
#define ENKEL_DRIVERS_INTERRUPT_PIC_8259_PIC_8259_H_

#include <cstdint>

#include "drivers/bus/registers/registers.h"

namespace drivers::interrupt {
namespace pic_8259 {

// The mask of each of the two, as I/O ports.
struct OCW1 : ReadWrite<0x21, std::uint8_t> {};
inline constexpr std::uint32_t kSecond = 0xa1 - OCW1::kOffset;

}  // namespace pic_8259

// Masks all 15 wires: what firmware left open would come at the vectors of exceptions. Where there is no 8259, the
// writes go nowhere. `ports`: all of the machine's.
template <typename Registers>
void MaskPic8259(const Registers& ports) {
  constexpr std::uint8_t kAll = 0xff;
  ports.template Write<pic_8259::OCW1>(kAll);
  ports.template Write<pic_8259::OCW1>(kAll, pic_8259::kSecond);
}

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_PIC_8259_PIC_8259_H_
