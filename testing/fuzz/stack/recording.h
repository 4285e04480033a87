// Records what happens to a host in a simulation with a second one, as steps that make it happen again.
#ifndef ENKEL_TESTING_FUZZ_STACK_RECORDING_H_
#define ENKEL_TESTING_FUZZ_STACK_RECORDING_H_

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

#include "kernel/base/time.h"
#include "testing/fuzz/stack/program.h"
#include "testing/fuzz/stack/steps.h"
#include "testing/sim/cable.h"
#include "testing/sim/host.h"
#include "testing/sim/world.h"

namespace fuzz {

class NameServer;
class LeaseServer;

class Recording final : private sim::Jack {
 public:
  explicit Recording(const sim::Conditions& conditions = {});
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  // A step of the recorded host's program, or one of the other's, which nobody records.
  void Do(Step step, std::initializer_list<int> bytes);
  void LetOther(Step step, std::initializer_list<int> bytes);

  // A frame of nobody's, with right checksums.
  void Inject(std::vector<std::byte> frame);
  void SetPlugged(bool is_plugged);
  void SetHungry(bool is_hungry);
  void Run(kernel::Duration duration) { world_.RunFor(duration); }

  // The steps so far, up to now.
  std::vector<std::uint8_t> Steps();

  sim::Host& host() { return host_; }
  const Program& program() const { return *program_; }

 private:
  void Arrive(const sim::Frame& frame) override;
  void WritePause();

  sim::World world_;
  sim::Host host_;
  sim::Host other_;
  sim::Cable cable_;
  Script script_;
  kernel::Instant written_;  // up to when
  std::unique_ptr<Program> program_;
  std::unique_ptr<Program> other_program_;
  std::unique_ptr<NameServer> name_server_;
  std::unique_ptr<LeaseServer> lease_server_;
};

// What stack_fuzz begins with.
struct Seed {
  std::string_view name;
  void (*record)(Recording& recording);
  sim::Conditions conditions;
};
const std::vector<Seed>& Seeds();

}  // namespace fuzz

#endif  // ENKEL_TESTING_FUZZ_STACK_RECORDING_H_
