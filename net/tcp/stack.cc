#include "net/tcp/stack.h"

#include <cstddef>
#include <span>

#include "net/context.h"
#include "net/ip/ip.h"
#include "net/tcp/control_block.h"
#include "net/tcp/half_open.h"
#include "net/tcp/tcp.h"
#include "net/tcp/time_wait.h"
#include "net/wire/ip_protocol.h"

namespace net::tcp {

std::size_t Stack::StorageFor(const Config& config) {
  return Pool<ReceivedRange>::StorageFor(config.ranges) + Pool<SentRange>::StorageFor(config.ranges) +
         Pool<SendSlice>::StorageFor(config.send_slices) + Pool<ControlBlock>::StorageFor(config.connections) +
         ConnectionTable::StorageFor(config.connections) + ListenerTable::StorageFor(config.listeners) +
         HalfOpen::StorageFor(config.half_open) + TimeWait::StorageFor(config.time_waits);
}

// The members are made in the order in which they stand, and so is the storage cut.
Stack::Stack(Context& its_context, Ip& its_ip, const Config& its_config, Cutter cutter)
    : context(its_context),
      ip(its_ip),
      config(its_config),
      hash_of(its_context.random()),
      budget(its_config.memory),
      received_ranges(cutter.Cut(Pool<ReceivedRange>::StorageFor(config.ranges))),
      sent_ranges(cutter.Cut(Pool<SentRange>::StorageFor(config.ranges))),
      send_slices(cutter.Cut(Pool<SendSlice>::StorageFor(config.send_slices))),
      blocks(cutter.Cut(Pool<ControlBlock>::StorageFor(config.connections))),
      connections(cutter.Cut(ConnectionTable::StorageFor(config.connections)), config.connections),
      listeners(cutter.Cut(ListenerTable::StorageFor(config.listeners))),
      half_open(context.timers(), *this, cutter.Cut(HalfOpen::StorageFor(config.half_open)), config.half_open),
      time_wait(context.timers(), cutter.Cut(TimeWait::StorageFor(config.time_waits)), config.time_waits) {
  ip.Register(wire::IpProtocol::kTcp, *this);
}

Stack::~Stack() { context.timers().Stop(spare_timer); }

}  // namespace net::tcp
