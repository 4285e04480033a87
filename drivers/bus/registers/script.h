// A double that follows a script: each access in its order, with the value that is read or must be written, and the
// time that must have passed before it.
//
//   Script script;
//   script.Reads<FR>(FR::BUSY::kMask, 3).Reads<FR>(0).Waits(Duration::Microseconds(1)).Writes<CR>(0);
//   Pl011On<DoubleRegisters>(script).Initialize(...);
//   EXPECT_EQ(script.verdict(), "");
#ifndef ENKEL_DRIVERS_BUS_REGISTERS_SCRIPT_H_
#define ENKEL_DRIVERS_BUS_REGISTERS_SCRIPT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "drivers/bus/registers/double.h"
#include "drivers/bus/registers/registers.h"
#include "kernel/base/time.h"

namespace drivers {

class Script final : public RegisterDouble {
 public:
  // The next access: `times` reads that give `value`, or a write of it. `place`: bytes beyond the register's offset.
  template <ReadableRegister R>
  Script& Reads(std::uint64_t value, int times = 1, std::uint32_t place = 0) {
    return Add({.is_read = true, .offset = R::kOffset + place, .bytes = sizeof(typename R::Word), .value = value},
               times);
  }
  template <WritableRegister R>
  Script& Writes(std::uint64_t value, std::uint32_t place = 0) {
    return Add({.is_read = false, .offset = R::kOffset + place, .bytes = sizeof(typename R::Word), .value = value}, 1);
  }
  // Between the access before and the one after, `least` must pass.
  Script& Waits(kernel::Duration least);

  // Time passes: a test gives this to the driver as its delay.
  void Pass(kernel::Duration time) { now_ = now_ + time; }

  // What went wrong first; empty: everything happened as it stands there, to the end.
  std::string verdict() const;

  std::uint64_t OnLoad(std::uint32_t offset, unsigned bytes) override;
  void OnStore(std::uint32_t offset, std::uint64_t value, unsigned bytes) override;

 private:
  struct Step {
    bool is_read;
    std::uint32_t offset;
    unsigned bytes;
    std::uint64_t value;
    kernel::Duration wait = {};
  };

  Script& Add(const Step& step, int times);
  const Step* Take(const Step& done);

  std::vector<Step> steps_;
  std::size_t next_ = 0;
  kernel::Duration wait_;
  kernel::Instant now_;
  kernel::Instant last_;
  std::string complaint_;
  int beyond_ = 0;  // accesses after the first complaint
};

}  // namespace drivers

#endif  // ENKEL_DRIVERS_BUS_REGISTERS_SCRIPT_H_
