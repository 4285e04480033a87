// Cables between devices and switches, and what they do to frames.
#ifndef ENKEL_TESTING_SIM_CABLE_H_
#define ENKEL_TESTING_SIM_CABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/base/time.h"
#include "net/link/pcap.h"
#include "net/packet/packet.h"
#include "testing/sim/world.h"

namespace sim {

// What is on a cable: the bytes of a frame, from the destination address on. `info` is that of the sender where both
// ends are virtual devices, which leave checksums and cutting to each other.
struct Frame {
  std::vector<std::byte> bytes;
  net::PacketInfo info;
};

// What a cable ends in.
class Jack {
 public:
  virtual void Arrive(const Frame& frame) = 0;

 protected:
  ~Jack() = default;
};

// How bad one direction of a cable is. Rates are of a million frames; each is decided by itself.
struct Conditions {
  std::uint32_t lost = 0;
  std::uint32_t doubled = 0;
  std::uint32_t damaged = 0;    // one bit is wrong
  std::uint32_t cut = 0;        // the end is missing
  std::uint32_t overtaken = 0;  // comes up to `longest_hold` late
  kernel::Duration longest_hold = kernel::Duration::Milliseconds(5);
  kernel::Duration delay = kernel::Duration::Microseconds(50);
  kernel::Duration jitter = {};         // up to so much more, which never changes the order
  std::uint64_t bits_per_second = 0;    // 0: as many as one likes
  std::size_t most_waiting = 64 << 10;  // bytes that wait for their turn before frames are dropped
  std::size_t largest_frame = 65600;    // bytes; larger ones vanish
};

struct CableCounters {
  std::uint64_t sent = 0;  // frames that were put in
  std::uint64_t lost = 0;  // for any reason
  std::uint64_t doubled = 0;
  std::uint64_t damaged = 0;  // or cut
  std::uint64_t overtaken = 0;
  std::uint64_t delivered = 0;
};

// Point to point, both directions at once. The world and what it ends in must outlive it and its frames.
class Cable {
 public:
  enum class End : std::uint8_t { kLeft, kRight };

  Cable(World& world, Jack& left, Jack& right) : world_(world), directions_{Direction(right), Direction(left)} {}
  Cable(const Cable&) = delete;
  Cable& operator=(const Cable&) = delete;

  // How it is from `from` to the other end, or both ways.
  void SetConditions(End from, const Conditions& conditions) { DirectionFrom(from).conditions = conditions; }
  void SetConditions(const Conditions& conditions);
  const Conditions& conditions(End from) const { return directions_[static_cast<std::size_t>(from)].conditions; }

  // An unplugged cable loses what is put in, and what is on the way.
  void SetPlugged(bool is_plugged);
  bool is_plugged() const { return is_plugged_; }

  // What is put in from now on is recorded as it was sent, before anything happens to it. Null: no more.
  void SetCapture(net::link::PcapWriter* capture) { capture_ = capture; }

  void Send(End from, Frame frame);

  const CableCounters& counters(End from) const { return directions_[static_cast<std::size_t>(from)].counters; }

 private:
  struct Direction {
    explicit Direction(Jack& jack) : to(&jack) {}

    Jack* to;
    Conditions conditions;
    CableCounters counters;
    kernel::Instant free_at;       // when the last frame has been put in
    kernel::Instant last_arrival;  // of a frame that was not held
  };

  Direction& DirectionFrom(End from) { return directions_[static_cast<std::size_t>(from)]; }
  bool Serialize(Direction& direction, std::size_t size, kernel::Instant& leaves);
  void Damage(Direction& direction, Frame& frame);
  void Deliver(Direction& direction, kernel::Instant leaves, std::shared_ptr<const Frame> frame);

  World& world_;
  std::array<Direction, 2> directions_;
  bool is_plugged_ = true;
  std::uint64_t plug_count_ = 0;  // times that it was unplugged
  net::link::PcapWriter* capture_ = nullptr;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_CABLE_H_
