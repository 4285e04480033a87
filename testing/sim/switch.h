// An Ethernet switch: learns who is where, and floods what it does not know.
#ifndef ENKEL_TESTING_SIM_SWITCH_H_
#define ENKEL_TESTING_SIM_SWITCH_H_

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include "net/wire/address.h"
#include "testing/sim/cable.h"
#include "testing/sim/world.h"

namespace sim {

class Switch {
 public:
  explicit Switch(World& world) : world_(world) {}
  Switch(const Switch&) = delete;
  Switch& operator=(const Switch&) = delete;

  // A cable from `jack`, its left end, to a new port of the switch. Lives as long as the switch.
  Cable& Connect(Jack& jack);

 private:
  class Port final : public Jack {
   public:
    Port(Switch& owner, World& world, Jack& jack) : owner_(owner), cable_(world, jack, *this) {}
    void Arrive(const Frame& frame) override { owner_.Forward(*this, frame); }
    Cable& cable() { return cable_; }

   private:
    Switch& owner_;
    Cable cable_;
  };

  void Forward(Port& from, const Frame& frame);

  World& world_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::map<net::MacAddress, Port*> known_;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_SWITCH_H_
