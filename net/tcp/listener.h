// A port that connections come to.
#ifndef ENKEL_NET_TCP_LISTENER_H_
#define ENKEL_NET_TCP_LISTENER_H_

#include <utility>

#include "kernel/base/result.h"
#include "net/tcp/connection.h"
#include "net/tcp/observer.h"
#include "net/wire/address.h"

namespace net::tcp {

struct ListenBlock;

// Move-only. Destroying it refuses who comes from then on, and resets whoever was not accepted. It must not outlive its
// Tcp. Nothing here blocks or allocates.
class Listener {
 public:
  constexpr Listener() = default;  // no listener
  Listener(Listener&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Listener& operator=(Listener&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Listener() {
    if (block_ != nullptr) Close();
  }
  explicit operator bool() const { return block_ != nullptr; }

  // The connection that has waited longest; its handshake is over. Errors: kWouldBlock (nobody waits).
  kernel::Result<Connection> Accept();

  bool CanAccept() const;
  void SetObserver(Observer* observer);  // null: nobody
  Endpoint local() const;

 private:
  friend class Tcp;
  explicit constexpr Listener(ListenBlock* block) : block_(block) {}
  void Close();

  ListenBlock* block_ = nullptr;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_LISTENER_H_
