// rpi3: mailbox 0 of core 0, a level that lasts as long as any bit of the mailbox is set. [QA7] 4
#include <cstdint>

#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "testing/interrupt/wild_device.h"

namespace testing_interrupt {
namespace {

constexpr std::uintptr_t kSetBits = 0x4000'0080;
constexpr std::uintptr_t kClearBits = 0x4000'00c0;
constexpr kernel::interrupt::Line kMailbox0 = {100};  // drivers/interrupt/bcm2836/bcm2836.h

void Write(std::uintptr_t address, std::uint32_t value) { *reinterpret_cast<volatile std::uint32_t*>(address) = value; }

}  // namespace

kernel::Result<WildLine> ConnectWildDevice() {
  return WildLine{.line = kMailbox0, .trigger = kernel::interrupt::Trigger::kHighLevel};
}

void Ask() { Write(kSetBits, 1); }
void Content() { Write(kClearBits, 0xffff'ffff); }

}  // namespace testing_interrupt
