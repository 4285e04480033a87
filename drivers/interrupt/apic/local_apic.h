// The local APIC: a CPU's own interrupt controller and timer, as xAPIC (memory) or x2APIC (MSRs). [SDM] 3A 10
#ifndef ENKEL_DRIVERS_INTERRUPT_APIC_LOCAL_APIC_H_
#define ENKEL_DRIVERS_INTERRUPT_APIC_LOCAL_APIC_H_

#include <cstdint>

namespace drivers::interrupt {

// Byte offsets of the memory page; the MSR is 0x800 + offset / 16. [SDM] 3A 10.4.1 table 10-1
enum class LocalApicRegister : std::uint16_t {
  kId = 0x020,
  kTaskPriority = 0x080,
  kEndOfInterrupt = 0x0b0,
  kSpurious = 0x0f0,
  kInService = 0x100,  // the first of eight
  kErrorStatus = 0x280,
  kCommand = 0x300,
  kTimer = 0x320,
  kLine0 = 0x350,
  kLine1 = 0x360,
  kError = 0x370,
  kInitialCount = 0x380,
  kCurrentCount = 0x390,
  kDivide = 0x3e0,
};

// `Bus` reaches the registers: std::uint32_t Read(LocalApicRegister), void Write(LocalApicRegister, std::uint32_t),
// void WriteDeadline(std::uint64_t) (IA32_TSC_DEADLINE, ordered behind every earlier Write), std::uint32_t Id(), and
// void SendToSelf(std::uint8_t vector), which differ between the two modes. All functions are interrupt-safe.
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
    bus_.Write(LocalApicRegister::kSpurious, kSoftwareEnable | vectors.spurious);
    bus_.Write(LocalApicRegister::kLine0, kMasked);
    bus_.Write(LocalApicRegister::kLine1, kDeliverNmi);
    bus_.Write(LocalApicRegister::kInitialCount, 0);
    bus_.Write(LocalApicRegister::kDivide, kDivideByOne);
    bus_.Write(LocalApicRegister::kTimer, vectors.timer);
    bus_.Write(LocalApicRegister::kErrorStatus, 0);
    bus_.Write(LocalApicRegister::kError, vectors.error);
    EndWhatIsInService();
    bus_.Write(LocalApicRegister::kTaskPriority, 0);
  }

  std::uint32_t id() { return bus_.Id(); }

  void EndOfInterrupt() { bus_.Write(LocalApicRegister::kEndOfInterrupt, 0); }

  // Whether `vector` came and was not ended.
  bool IsInService(std::uint8_t vector) { return ((InService(vector / 32) >> (vector % 32)) & 1) != 0; }

  // Makes `vector` pending on this CPU.
  void SendToSelf(std::uint8_t vector) { bus_.SendToSelf(vector); }

  // What went wrong since the last call, bits as in [SDM] 3A 10.5.3.
  std::uint32_t TakeErrors() {
    bus_.Write(LocalApicRegister::kErrorStatus, 0);
    return bus_.Read(LocalApicRegister::kErrorStatus);
  }

  // The timer counts down from `count` once, at the bus clock or a 128th of it, and asks at 0; 0 stops it.
  void StartCount(std::uint32_t count, bool is_slow) {
    if (is_slow != is_slow_) [[unlikely]] {
      is_slow_ = is_slow;
      bus_.Write(LocalApicRegister::kInitialCount, 0);
      bus_.Write(LocalApicRegister::kDivide, is_slow ? kDivideBy128 : kDivideByOne);
    }
    bus_.Write(LocalApicRegister::kInitialCount, count);
  }
  std::uint32_t CurrentCount() { return bus_.Read(LocalApicRegister::kCurrentCount); }

  // From now on the timer asks when the time stamp counter reaches what SetDeadline said; 0 stops it. [SDM] 3A 10.5.4.1
  void UseDeadlines(std::uint8_t vector) { bus_.Write(LocalApicRegister::kTimer, kDeadlineMode | vector); }
  void SetDeadline(std::uint64_t time_stamp) { bus_.WriteDeadline(time_stamp); }

 private:
  static constexpr std::uint32_t kSoftwareEnable = 1 << 8;
  static constexpr std::uint32_t kMasked = 1 << 16;
  static constexpr std::uint32_t kDeliverNmi = 4 << 8;
  static constexpr std::uint32_t kDeadlineMode = 2 << 17;
  static constexpr std::uint32_t kDivideByOne = 0b1011;
  static constexpr std::uint32_t kDivideBy128 = 0b1010;

  static constexpr int kInServiceWords = 8;
  static constexpr int kMostInService = 16;  // one a priority class

  void EndWhatIsInService() {
    for (int ended = 0; ended < kMostInService && IsAnyInService(); ++ended) EndOfInterrupt();
  }

  bool IsAnyInService() {
    for (int word = 0; word < kInServiceWords; ++word) {
      if (InService(word) != 0) return true;
    }
    return false;
  }

  // Of vectors 32 * `word` and up, a bit each.
  std::uint32_t InService(int word) {
    constexpr auto kFirst = static_cast<std::uint16_t>(LocalApicRegister::kInService);
    return bus_.Read(static_cast<LocalApicRegister>(kFirst + word * 0x10));
  }

  Bus bus_;
  bool is_slow_ = false;
};

}  // namespace drivers::interrupt

#endif  // ENKEL_DRIVERS_INTERRUPT_APIC_LOCAL_APIC_H_
