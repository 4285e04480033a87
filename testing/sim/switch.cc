#include "testing/sim/switch.h"

#include <memory>

#include "net/wire/ethernet.h"
#include "testing/sim/cable.h"

namespace sim {

Cable& Switch::Connect(Jack& jack) {
  ports_.push_back(std::make_unique<Port>(*this, world_, jack));
  return ports_.back()->cable();
}

void Switch::Forward(Port& from, const Frame& frame) {
  const auto header = net::wire::Ethernet::Parse(frame.bytes);
  if (!header) return;
  known_[header->source] = &from;
  const auto known = known_.find(header->destination);
  if (known != known_.end()) {
    if (known->second != &from) known->second->cable().Send(Cable::End::kRight, frame);
    return;
  }
  for (const auto& port : ports_) {
    if (port.get() != &from) port->cable().Send(Cable::End::kRight, frame);
  }
}

}  // namespace sim
