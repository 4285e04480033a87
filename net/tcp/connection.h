// A connection, as a program holds it.
//
//   Result<Connection> connection = tcp.Connect({}, remote, {});
//   connection->SetObserver(&me);            // OnChange: look again at CanRead, CanWrite, IsEstablished, IsFinished
//   connection->Write(bytes);                // taken: the stack sends it, and sends it again, until it is acknowledged
//   connection->ShutDownWrite();             // FIN after what was written; reading goes on
//
// Nothing here blocks or allocates, and nothing is interrupt-safe.
#ifndef ENKEL_NET_TCP_CONNECTION_H_
#define ENKEL_NET_TCP_CONNECTION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/base/time.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/tcp/observer.h"
#include "net/tcp/options.h"
#include "net/tcp/state.h"
#include "net/wire/address.h"

namespace net::tcp {

struct ControlBlock;

// What a connection is like now.
struct Info {
  State state = State::kClosed;
  std::uint32_t send_segment_size = 0;     // bytes of payload in a full segment that we send, options off
  std::uint32_t receive_segment_size = 0;  // what we announced
  kernel::Duration round_trip = {};        // SRTT; 0: no sample yet
  kernel::Duration round_trip_variation = {};
  kernel::Duration retransmission_timeout = {};
  std::uint32_t congestion_window = 0;     // bytes: cwnd
  std::uint32_t slow_start_threshold = 0;  // bytes: ssthresh
  std::uint32_t send_window = 0;           // bytes: SND.WND
  std::uint32_t receive_window = 0;        // bytes: RCV.WND
  std::uint32_t unacknowledged = 0;        // bytes that were sent and not acknowledged
  std::uint32_t unsent = 0;                // bytes that wait
  std::uint32_t readable = 0;              // bytes
  std::uint32_t retransmissions = 0;       // segments, since the start
  bool has_timestamps = false;
  bool has_sack = false;
  bool has_ecn = false;
  bool has_window_scale = false;
  std::uint8_t send_window_shift = 0;
  std::uint8_t receive_window_shift = 0;
  std::optional<kernel::Error> soft_error;  // the last ICMP error that did not end it. [RFC9293] 3.9.2.2
};

// Move-only. Destroying it closes: what was written is still sent, and the stack finishes alone; unread data, and
// Options::aborts_on_close, make it an Abort. It must not outlive its Tcp.
class Connection {
 public:
  constexpr Connection() = default;  // no connection
  Connection(Connection&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Connection& operator=(Connection&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Connection() {
    if (block_ != nullptr) Close();
  }
  explicit operator bool() const { return block_ != nullptr; }

  // Called after each change; null: nobody. The handle may be moved meanwhile.
  void SetObserver(Observer* observer);

  // Copies up to to.size() bytes out; returns how many, 0 at the end of the stream (or for an empty `to`). Errors:
  // kWouldBlock (nothing is there yet), and error() once all that came was read.
  kernel::Result<std::size_t> Read(std::span<std::byte> to);

  // The next bytes as they came, without a copy: a packet of payload only, its buffers are ours to keep for as long as
  // the pool can do without. No packet: the end of the stream. Errors as Read.
  kernel::Result<Packet> ReadPacket();

  // Takes a part of `from`, at least a byte; returns how many. Errors: kWouldBlock (no room, or no buffer, now),
  // kClosed (after ShutDownWrite), error().
  kernel::Result<std::size_t> Write(std::span<const std::byte> from);

  // Takes [offset, +size) of a buffer without a copy; it must not be written to until the last share is gone. All or
  // nothing; errors as Write.
  kernel::Result<void> WriteBuffer(Buffer buffer, std::size_t offset, std::size_t size);

  // As Write, and the last byte taken is urgent: the peer hears at once that there is something. [RFC6093]
  kernel::Result<std::size_t> WriteUrgent(std::span<const std::byte> from);

  // Bytes until the one after the urgent ones, among what can be read or will come; nothing: none is announced. Urgent
  // data stays in the stream. [RFC6093] 4
  std::optional<std::uint32_t> BytesToUrgentMark() const;

  bool CanRead() const;        // Read would not say kWouldBlock
  bool CanWrite() const;       // Write would not say kWouldBlock; true when at least a third of the room is there
  bool IsEstablished() const;  // the handshake is over, whatever came after it
  bool IsFinished() const;     // both directions have ended, or an error has: nothing more will come or go

  // Why the connection broke: kRefused, kReset, kTimedOut, kUnreachable. Nothing: it did not.
  std::optional<kernel::Error> error() const;

  std::size_t readable() const;  // bytes that Read can give now
  std::size_t writable() const;  // bytes that Write can take now, buffers permitting

  // No more will be written; the peer is told after what was. [RFC9293] 3.10.4 CLOSE
  void ShutDownWrite();

  // No more will be read: what comes is dropped, and its sender is told by a reset when the handle goes.
  void ShutDownRead();

  // Breaks off: queues are emptied, and the peer is told by RST. [RFC9293] 3.10.5
  void Abort();

  // Changes what can be changed on the way: all but most_segment_size and may_ecn.
  void SetOptions(const Options& options);
  Options options() const;

  Endpoint local() const;
  Endpoint remote() const;
  Info info() const;

 private:
  friend class Tcp;
  friend class Listener;
  explicit constexpr Connection(ControlBlock* block) : block_(block) {}
  void Close();

  ControlBlock* block_ = nullptr;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_CONNECTION_H_
