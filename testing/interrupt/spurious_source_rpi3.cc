// The cores' local timer, which the driver of the controllers does not know: the source register has a bit for it, and
// no line. It asks until it is told to stop. [QA7] 4
#include <cstdint>

#include "testing/interrupt/spurious_source.h"

namespace testing_interrupt {
namespace {

constexpr std::uintptr_t kRouting = 0x4000'0024;
constexpr std::uintptr_t kControl = 0x4000'0034;
constexpr std::uintptr_t kClearAndReload = 0x4000'0038;

constexpr std::uint32_t kToCore0 = 0;
constexpr std::uint32_t kInterruptEnable = 1U << 29;
constexpr std::uint32_t kTimerEnable = 1U << 28;
constexpr std::uint32_t kHundredMicroseconds = 3840;  // at 38.4 MHz
constexpr std::uint32_t kClear = 1U << 31;

void Write(std::uintptr_t address, std::uint32_t value) { *reinterpret_cast<volatile std::uint32_t*>(address) = value; }

}  // namespace

void PrepareSpuriousInterrupts() { Write(kRouting, kToCore0); }

void StartSpuriousInterrupts() { Write(kControl, kInterruptEnable | kTimerEnable | kHundredMicroseconds); }

void StopSpuriousInterrupts() {
  Write(kControl, 0);
  Write(kClearAndReload, kClear);
}

}  // namespace testing_interrupt
