// A double that stands before another one and breaks it: writes get lost, bits stick, the device falls off its bus.
#ifndef ENKEL_DRIVERS_BUS_REGISTERS_FAULTS_H_
#define ENKEL_DRIVERS_BUS_REGISTERS_FAULTS_H_

#include <cstdint>
#include <vector>

#include "drivers/bus/registers/double.h"

namespace drivers {

struct RegisterFault {
  enum class Kind : std::uint8_t {
    kLostWrite,  // a write does not arrive
    kStuckHigh,  // reads have the bits of `mask` set
    kStuckLow,   // reads have them clear
    kGone,       // reads give ones, writes go nowhere, at any offset
  };

  Kind kind;
  std::uint32_t offset = 0;
  std::uint64_t mask = ~std::uint64_t{0};
  int first = 0;              // the access, of those that the fault is about, from which on it is there
  int count = 1'000'000'000;  // for how many of them
};

class FaultyRegisters final : public RegisterDouble {
 public:
  // `of` outlives it.
  explicit FaultyRegisters(RegisterDouble& of) : of_(of) {}

  void Break(const RegisterFault& fault) { faults_.push_back({fault}); }
  void Mend() { faults_.clear(); }

  // Accesses since the start, lost ones too.
  int accesses() const { return accesses_; }

  std::uint64_t OnLoad(std::uint32_t offset, unsigned bytes) override;
  void OnStore(std::uint32_t offset, std::uint64_t value, unsigned bytes) override;

 private:
  struct Active {
    RegisterFault fault;
    int seen = 0;
    bool Strikes();
  };

  RegisterDouble& of_;
  std::vector<Active> faults_;
  int accesses_ = 0;
};

}  // namespace drivers

#endif  // ENKEL_DRIVERS_BUS_REGISTERS_FAULTS_H_
