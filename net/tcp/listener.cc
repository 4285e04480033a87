#include "net/tcp/listener.h"

#include <utility>

#include "kernel/base/result.h"
#include "net/tcp/connection.h"
#include "net/tcp/control_block.h"
#include "net/tcp/life.h"
#include "net/tcp/listener_table.h"
#include "net/tcp/stack.h"
#include "net/tcp/turn.h"
#include "net/wire/address.h"

namespace net::tcp {
namespace {

ControlBlock* PopToAccept(ListenBlock& listener) {
  ControlBlock* const block = listener.first;
  if (block == nullptr) return nullptr;
  listener.first = block->next_to_accept;
  if (listener.first == nullptr) listener.last = nullptr;
  --listener.waiting;
  block->listener = nullptr;
  block->next_to_accept = nullptr;
  return block;
}

// Connections that broke while they waited: nobody will miss them.
void DropBroken(ListenBlock& listener) {
  while (listener.first != nullptr && listener.first->error) {
    ControlBlock& block = *PopToAccept(listener);
    const Turn turn(block);
    block.has_handle = false;
  }
}

}  // namespace

kernel::Result<Connection> Listener::Accept() {
  DropBroken(*block_);
  ControlBlock* const block = PopToAccept(*block_);
  if (block == nullptr) return kernel::Fail(kernel::Error::kWouldBlock);
  return Connection(block);
}

bool Listener::CanAccept() const {
  DropBroken(*block_);
  return block_->first != nullptr;
}

void Listener::SetObserver(Observer* observer) { block_->observer = observer; }

Endpoint Listener::local() const { return block_->local; }

void Listener::Close() {
  ListenBlock& listener = *std::exchange(block_, nullptr);
  listener.observer = nullptr;
  while (ControlBlock* const block = PopToAccept(listener)) {
    const Turn turn(*block);
    block->has_handle = false;
    Abort(*block);
  }
  Stack& stack = listener.stack;
  stack.half_open.RemoveAllOf(listener);
  stack.listeners.Remove(listener);
}

}  // namespace net::tcp
