// The memory of all connections of a stack, and each one's share of it.
#ifndef ENKEL_NET_TCP_BUDGET_H_
#define ENKEL_NET_TCP_BUDGET_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernel/base/time.h"

namespace net::tcp {

// Counts bytes of buffers, used or not, that connections hold. It forbids, it does not take away.
class Budget {
 public:
  enum class Pressure : std::uint8_t {
    kNone,
    kSome,  // above three quarters: windows stop growing
    kFull,  // above 15 sixteenths: windows shrink to two segments, out-of-order data is dropped, new handshakes
            // get cookies
  };

  explicit constexpr Budget(std::size_t limit) : limit_(limit), calm_(limit / 4 * 3), tense_(limit / 16 * 15) {}

  void Charge(std::size_t bytes) { used_ += bytes; }
  void Release(std::size_t bytes) { used_ -= bytes; }
  bool HasRoomFor(std::size_t bytes) const { return bytes <= limit_ && used_ <= limit_ - bytes; }
  Pressure pressure() const {
    if (used_ <= calm_) return Pressure::kNone;
    return used_ <= tense_ ? Pressure::kSome : Pressure::kFull;
  }
  std::size_t used() const { return used_; }
  std::size_t limit() const { return limit_; }

 private:
  std::size_t limit_;
  std::size_t calm_;   // up to here there is no pressure
  std::size_t tense_;  // and up to here some
  std::size_t used_ = 0;
};

// Bytes of memory that a byte of a window may come to take: buffers are seldom full, and packets have descriptors.
inline constexpr std::size_t kMemoryOfByte = 4;

// How large a receive window the path and the program can use: twice what the program reads in a round trip, so that a
// sender whose window doubles is not held back. It never shrinks but under full pressure, by half a round trip; the
// right edge that was announced is the connection's to keep.
class ReceiveTuning {
 public:
  static constexpr std::uint32_t kInitialWindow = 65535;  // bytes

  // The program has read `bytes`. Returns the window's size now, at most `limit`.
  std::uint32_t OnRead(std::uint32_t bytes, kernel::Duration round_trip, kernel::Instant now, std::uint32_t limit,
                       Budget::Pressure pressure) {
    window_ = std::min(window_, limit);
    if (read_ > 0 && now - begin_ >= std::max(round_trip, kLeastRoundTrip)) EndRoundTrip(limit, pressure);
    if (read_ == 0) begin_ = now;
    read_ = bytes > UINT32_MAX - read_ ? UINT32_MAX : read_ + bytes;
    return window_;
  }
  std::uint32_t window() const { return window_; }

  // The largest window that may be promised to one connection: should all of it come and nobody read, it takes no more
  // than half of the budget.
  static constexpr std::uint32_t MostWindow(const Budget& budget) {
    return std::max(kInitialWindow,
                    static_cast<std::uint32_t>(std::min<std::size_t>(budget.limit() / 2 / kMemoryOfByte, UINT32_MAX)));
  }

 private:
  // A round trip that was never measured, or takes no time, counts as so long.
  static constexpr kernel::Duration kLeastRoundTrip = kernel::Duration::Milliseconds(1);
  void EndRoundTrip(std::uint32_t limit, Budget::Pressure pressure);

  std::uint32_t window_ = kInitialWindow;
  std::uint32_t read_ = 0;  // bytes in this round trip
  kernel::Instant begin_ = {};
};

// How much a program may write ahead, at most `limit` bytes: twice the congestion window, and at least 64 KiB. Under
// some pressure once the window, under full pressure 8 KiB.
inline std::uint32_t SendBufferSize(std::uint32_t congestion_window, std::uint32_t limit, Budget::Pressure pressure) {
  constexpr std::uint32_t kUsual = 65'536;  // bytes
  constexpr std::uint32_t kLeast = 8'192;
  std::uint64_t size = std::max<std::uint64_t>(2 * std::uint64_t{congestion_window}, kUsual);
  if (pressure == Budget::Pressure::kSome) size = std::max<std::uint64_t>(congestion_window, kUsual);
  if (pressure == Budget::Pressure::kFull) size = kLeast;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(size, limit));
}

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_BUDGET_H_
