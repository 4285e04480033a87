// A pending interrupt of group 1, where only those of group 0 can be acknowledged: the GIC signals it, and whoever asks
// which it is gets 1022. [GICv2] 4.4.4
#include <cstdint>
#include <utility>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/interrupt/controller.h"
#include "kernel/interrupt/interrupt.h"
#include "testing/interrupt/spurious_source.h"

namespace testing_interrupt {
namespace {

constexpr std::uintptr_t kDistributorControl = 0x0800'0000;
constexpr std::uintptr_t kGroups = 0x0800'0080;
constexpr std::uintptr_t kInterfaceControl = 0x0801'0000;
constexpr std::uint32_t kGroup0 = 1, kGroup1 = 2;
constexpr std::uint32_t kLinesAWord = 32;

constinit kernel::interrupt::Message message = {};

volatile std::uint32_t& Word(std::uintptr_t address) { return *reinterpret_cast<volatile std::uint32_t*>(address); }
volatile std::uint32_t& GroupsOfTheLine() { return Word(kGroups + message.line.number / kLinesAWord * 4); }
std::uint32_t BitOfTheLine() { return std::uint32_t{1} << message.line.number % kLinesAWord; }

}  // namespace

void PrepareSpuriousInterrupts() {
  const kernel::Result<kernel::interrupt::Message> allocated = kernel::interrupt::AllocateMessage();
  CHECK(allocated.has_value());
  message = *allocated;
  auto registration = kernel::interrupt::Register(
      message.line, kernel::interrupt::Trigger::kRisingEdge, "of group 1", [](void*) {}, nullptr);
  CHECK(registration.has_value());
  std::move(*registration).Keep();
}

void StartSpuriousInterrupts() {
  GroupsOfTheLine() = GroupsOfTheLine() | BitOfTheLine();
  Word(kDistributorControl) = kGroup0 | kGroup1;
  Word(kInterfaceControl) = kGroup0 | kGroup1;
  Word(message.address.value) = message.data;
}

void StopSpuriousInterrupts() {
  Word(kInterfaceControl) = kGroup0;
  Word(kDistributorControl) = kGroup0;
  GroupsOfTheLine() = GroupsOfTheLine() & ~BitOfTheLine();
}

}  // namespace testing_interrupt
