// A host with its program on one end of a cable, and on the other whatever the steps say.
#ifndef ENKEL_TESTING_FUZZ_STACK_PLAYER_H_
#define ENKEL_TESTING_FUZZ_STACK_PLAYER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/base/time.h"
#include "testing/fuzz/stack/peer.h"
#include "testing/fuzz/stack/program.h"
#include "testing/fuzz/stack/steps.h"
#include "testing/sim/cable.h"
#include "testing/sim/host.h"
#include "testing/sim/world.h"

namespace fuzz {

// The world's seed, for all: what was recorded of a host (seeds.cc) happens here again, to the nanosecond.
inline constexpr std::uint64_t kWorldSeed = 20;

class Player {
 public:
  Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  // Takes the next step, and looks whether all promises still hold.
  void Take(Input& input);

  // Lets the program stop, and time pass: nothing may be left.
  void Finish();

  sim::World& world() { return world_; }
  sim::Host& host() { return host_; }
  const Program& program() const { return *program_; }
  const Peer& peer() const { return peer_; }

 private:
  bool IsOfWorld(Step step, Input& input);
  void Deliver(std::vector<std::byte> frame, bool mends);
  void Pass(kernel::Duration duration);
  void Check();

  sim::World world_{kWorldSeed};
  sim::Host host_;
  Peer peer_;
  sim::Cable cable_;
  std::unique_ptr<Program> program_;
  bool is_hungry_ = false;
  kernel::Instant last_event_;  // something was done to the host, other than to let time pass
};

}  // namespace fuzz

#endif  // ENKEL_TESTING_FUZZ_STACK_PLAYER_H_
