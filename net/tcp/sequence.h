// Sequence numbers of TCP: they wrap around, and compare by which is nearer. [RFC9293] 3.4
#ifndef ENKEL_NET_TCP_SEQUENCE_H_
#define ENKEL_NET_TCP_SEQUENCE_H_

#include <cstdint>

namespace net::tcp {

// The comparisons mean "before" and "after" on the circle of 2^32 numbers and hold for numbers that are less than 2^31
// apart, as all within one window are; they are no order for sorting.
struct Sequence {
  std::uint32_t value = 0;

  friend constexpr bool operator==(Sequence, Sequence) = default;
  friend constexpr Sequence operator+(Sequence a, std::uint32_t count) { return {a.value + count}; }
  friend constexpr Sequence operator-(Sequence a, std::uint32_t count) { return {a.value - count}; }
  // How far `a` is after `b`; negative where it is before.
  friend constexpr std::int32_t operator-(Sequence a, Sequence b) {
    return static_cast<std::int32_t>(a.value - b.value);
  }
  friend constexpr bool operator<(Sequence a, Sequence b) { return a - b < 0; }
  friend constexpr bool operator>(Sequence a, Sequence b) { return b < a; }
  friend constexpr bool operator<=(Sequence a, Sequence b) { return !(b < a); }
  friend constexpr bool operator>=(Sequence a, Sequence b) { return !(a < b); }
  constexpr Sequence& operator+=(std::uint32_t count) { return *this = *this + count; }
};

constexpr Sequence Later(Sequence a, Sequence b) { return a < b ? b : a; }
constexpr Sequence Earlier(Sequence a, Sequence b) { return b < a ? b : a; }

// Bytes from `a` on to `b`, which is not before `a`.
constexpr std::uint32_t Distance(Sequence a, Sequence b) { return b.value - a.value; }

// The numbers [begin, end).
struct SequenceRange {
  Sequence begin;
  Sequence end;

  friend constexpr bool operator==(SequenceRange, SequenceRange) = default;
  constexpr std::uint32_t size() const { return Distance(begin, end); }
  constexpr bool IsEmpty() const { return begin == end; }
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_SEQUENCE_H_
