// The local APIC: a CPU's own interrupt controller and timer, as xAPIC (memory) or x2APIC (MSRs). [SDM] 3A 10
#ifndef ENKEL_DRIVERS_INTERRUPT_APIC_LOCAL_APIC_H_
#define ENKEL_DRIVERS_INTERRUPT_APIC_LOCAL_APIC_H_

#include <cstdint>

#include "drivers/interrupt/apic/registers.h"

namespace drivers::interrupt {

// `Bus` are the registers, and besides: void WriteDeadline(std::uint64_t) (IA32_TSC_DEADLINE, ordered behind every
// earlier Write), std::uint32_t Id(), and void SendToSelf(std::uint8_t vector), which differ between the two modes. All
// functions are interrupt-safe.
template <typename Bus>
class LocalApic {
 public:
  constexpr explicit LocalApic(Bus bus) : bus_(bus) {}

  struct Vectors {
    std::uint8_t timer, error, spurious;
  };

  // Switches it on: no priority holds anything back, timer and errors come at their vectors, the wire of the 8259 is
  // masked, the NMI's is open. What firmware left in service is ended. The timer stands still, in one-shot mode.
  void Initialize(const Vectors& vectors) {
    bus_.template Write<local_apic::SVR>(local_apic::SVR::ENABLE::kMask |
                                         local_apic::SVR::VECTOR::Of(vectors.spurious));
    bus_.template Write<local_apic::LVT_LINT0>(local_apic::LVT_LINT0::MASK::kMask);
    bus_.template Write<local_apic::LVT_LINT1>(local_apic::LVT_LINT1::DELIVERY::Of(kNmi));
    bus_.template Write<local_apic::INITIAL_COUNT>(0);
    bus_.template Write<local_apic::DIVIDE>(kDivideByOne);
    bus_.template Write<local_apic::LVT_TIMER>(vectors.timer);
    bus_.template Write<local_apic::ESR>(0);
    bus_.template Write<local_apic::LVT_ERROR>(vectors.error);
    EndWhatIsInService();
    bus_.template Write<local_apic::TPR>(0);
  }

  std::uint32_t id() { return bus_.Id(); }

  void EndOfInterrupt() { bus_.template Write<local_apic::EOI>(0); }

  // Whether `vector` came and was not ended.
  bool IsInService(std::uint8_t vector) { return ((InService(vector / 32U) >> (vector % 32)) & 1) != 0; }

  // Makes `vector` pending on this CPU.
  void SendToSelf(std::uint8_t vector) { bus_.SendToSelf(vector); }

  // What went wrong since the last call, bits as in [SDM] 3A 10.5.3.
  std::uint32_t TakeErrors() {
    bus_.template Write<local_apic::ESR>(0);
    return bus_.template Read<local_apic::ESR>().value;
  }

  // The timer counts down from `count` once, at the bus clock or a 128th of it, and asks at 0; 0 stops it.
  void StartCount(std::uint32_t count, bool is_slow) {
    if (is_slow != is_slow_) [[unlikely]] {
      is_slow_ = is_slow;
      bus_.template Write<local_apic::INITIAL_COUNT>(0);
      bus_.template Write<local_apic::DIVIDE>(is_slow ? kDivideBy128 : kDivideByOne);
    }
    bus_.template Write<local_apic::INITIAL_COUNT>(count);
  }
  std::uint32_t CurrentCount() { return bus_.template Read<local_apic::CURRENT_COUNT>().value; }

  // From now on the timer asks when the time stamp counter reaches what SetDeadline said; 0 stops it. [SDM] 3A 10.5.4.1
  void UseDeadlines(std::uint8_t vector) {
    bus_.template Write<local_apic::LVT_TIMER>(local_apic::LVT_TIMER::MODE::Of(kDeadlineMode) | vector);
  }
  void SetDeadline(std::uint64_t time_stamp) { bus_.WriteDeadline(time_stamp); }

 private:
  static constexpr std::uint32_t kNmi = 4;
  static constexpr std::uint32_t kDeadlineMode = 2;
  static constexpr std::uint32_t kDivideByOne = 0b1011;
  static constexpr std::uint32_t kDivideBy128 = 0b1010;

  static constexpr std::uint32_t kInServiceWords = 8;
  static constexpr int kMostInService = 16;  // one a priority class

  void EndWhatIsInService() {
    for (int ended = 0; ended < kMostInService && IsAnyInService(); ++ended) EndOfInterrupt();
  }

  bool IsAnyInService() {
    for (std::uint32_t word = 0; word < kInServiceWords; ++word) {
      if (InService(word) != 0) return true;
    }
    return false;
  }

  // Of vectors 32 * `word` and up, a bit each.
  std::uint32_t InService(std::uint32_t word) {
    return bus_.template Read<local_apic::ISR>(word * local_apic::ISR::kStride).value;
  }

  Bus bus_;
  bool is_slow_ = false;
};

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_APIC_LOCAL_APIC_H_
