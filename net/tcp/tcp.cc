#include "net/tcp/tcp.h"

#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <span>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/context.h"
#include "net/ip/ip.h"
#include "net/tcp/align.h"
#include "net/tcp/connection.h"
#include "net/tcp/connection_table.h"
#include "net/tcp/control_block.h"
#include "net/tcp/deadlines.h"
#include "net/tcp/initial_sequence.h"
#include "net/tcp/life.h"
#include "net/tcp/listener.h"
#include "net/tcp/listener_table.h"
#include "net/tcp/stack.h"
#include "net/tcp/transmit.h"
#include "net/tcp/turn.h"
#include "net/wire/address.h"

namespace net::tcp {
namespace {

constexpr std::uint16_t kFirstReceiveSegment = 536;  // bytes, until a larger one comes

// The ends of a connection to be, while its port is chosen.
struct Ends {
  Stack& stack;
  Endpoint local;
  Endpoint remote;
  std::uint64_t hash = 0;  // of both, as AreTaken found them

  static bool IsTaken(void* user, std::uint16_t port) {
    auto& ends = *static_cast<Ends*>(user);
    ends.local.port = port;
    return ends.stack.listeners.Find(ends.local) != nullptr || ends.AreTaken();
  }

  bool AreTaken() {
    hash = stack.hash_of(local, remote);
    return stack.connections.Find(local, remote, hash) != nullptr ||
           stack.time_wait.Find(local, remote, hash) != nullptr || stack.half_open.Find(local, remote, hash) != nullptr;
  }
};

bool IsAnyPortTaken(void* user, std::uint16_t port) {
  auto& ends = *static_cast<Ends*>(user);
  ends.local.port = port;
  return ends.stack.listeners.Find(ends.local) != nullptr;
}

bool IsNobody(const IpAddress& address) {
  return address.IsUnspecified() || address.IsMulticast() || (address.IsIpv4() && address.ipv4().IsBroadcast());
}

// OPEN, active: from CLOSED to SYN-SENT. [RFC9293] 3.10.1
void Open(ControlBlock& block, Sequence iss) {
  Stack& stack = block.stack;
  block.iss = iss;
  block.snd_una = block.iss;
  block.snd_nxt = block.iss + 1;
  block.send_queue.Begin(block.snd_nxt);
  block.receive_segment_size = kFirstReceiveSegment;
  block.has_handle = true;
  block.heard_at = block.stalled_since = stack.now();
  Enter(block, State::kSynSent);
  ++stack.counters.active_opens;
  SendSyn(block);
  AwaitHandshake(block);
}

}  // namespace

std::size_t Tcp::StorageFor(const Config& config) { return sizeof(Stack) + alignof(Stack) + Stack::StorageFor(config); }

Tcp::Tcp(Context& context, Ip& ip, const Config& config, std::span<std::byte> storage) {
  const std::span<std::byte> room = Aligned(storage, alignof(Stack));
  CHECK(room.size() >= sizeof(Stack));
  stack_ = new (room.data()) Stack(context, ip, config, Cutter(room.subspan(sizeof(Stack))));
}

Tcp::~Tcp() {
  // Connections that were still closing alone.
  while (ControlBlock* const block = stack_->connections.First()) {
    CHECK(!block->has_handle);
    Finish(*block, std::nullopt);
    Release(*block);
  }
  stack_->~Stack();
}

kernel::Result<Connection> Tcp::Connect(const Endpoint& local, const Endpoint& remote, const Options& options) {
  if (remote.port == 0 || IsNobody(remote.address)) return kernel::Fail(kernel::Error::kInvalidArgument);
  const kernel::Result<Path> path = stack_->ip.FindPath(local.address, remote.address);
  if (!path) return kernel::Fail(path.error());
  Ends ends = {.stack = *stack_, .local = {path->source, local.port}, .remote = remote};
  if (local.port == 0) {
    const std::optional<std::uint16_t> port =
        stack_->ports.Choose(stack_->context.random(), path->source, remote, &Ends::IsTaken, &ends);
    if (!port) return kernel::Fail(kernel::Error::kInUse);
    ends.local.port = *port;
  } else if (ends.local == remote || ends.AreTaken()) {
    return kernel::Fail(kernel::Error::kInUse);
  }
  const Origins origins = OriginsOf(stack_->context.random(), ends.local, remote, stack_->now());
  ControlBlock* const block = Create(*stack_, ends.local, remote, ends.hash, origins.timestamp_offset, options);
  if (block == nullptr) return kernel::Fail(kernel::Error::kOutOfMemory);
  const Turn turn(*block);
  UsePath(*block, *path);
  Open(*block, origins.sequence);
  return Connection(block);
}

kernel::Result<Listener> Tcp::Listen(const Endpoint& local, std::size_t backlog, const Options& options) {
  if (local.address.IsMulticast() || (local.address.IsIpv4() && local.address.ipv4().IsBroadcast())) {
    return kernel::Fail(kernel::Error::kInvalidArgument);
  }
  if (!local.address.IsUnspecified() && !stack_->ip.IsOurs(local.address)) {
    return kernel::Fail(kernel::Error::kInvalidArgument);
  }
  Endpoint end = local;
  if (end.port == 0) {
    Ends ends = {.stack = *stack_, .local = local, .remote = {}};
    const std::optional<std::uint16_t> port =
        stack_->ports.Choose(stack_->context.random(), local.address, {}, &IsAnyPortTaken, &ends);
    if (!port) return kernel::Fail(kernel::Error::kInUse);
    end.port = *port;
  }
  if (stack_->listeners.FindExactly(end) != nullptr) return kernel::Fail(kernel::Error::kInUse);
  ListenBlock* const block = stack_->listeners.Add(*stack_, end);
  if (block == nullptr) return kernel::Fail(kernel::Error::kOutOfMemory);
  block->options = options;
  block->backlog = static_cast<std::uint32_t>(backlog == 0 ? 1 : backlog);
  return Listener(block);
}

const Counters& Tcp::counters() const { return stack_->counters; }
std::size_t Tcp::connections() const { return stack_->blocks.count() - stack_->blocks.free_count(); }
std::size_t Tcp::half_open() const { return stack_->half_open.count(); }
std::size_t Tcp::time_waits() const { return stack_->time_wait.count(); }
std::size_t Tcp::memory_used() const { return stack_->budget.used(); }

}  // namespace net::tcp
