// Equal small records from storage that was given at the start. A place is touched when its first record is made: what
// is never needed costs no start-up time, and no page.
#ifndef ENKEL_NET_TCP_POOL_H_
#define ENKEL_NET_TCP_POOL_H_

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "kernel/base/check.h"
#include "net/tcp/align.h"

namespace net::tcp {

// A number of places for a T each. Taking and giving back cost O(1); nothing is allocated. Not interrupt-safe.
template <typename T>
class Pool {
 public:
  explicit Pool(std::span<std::byte> storage) {
    const std::span<std::byte> room = Aligned(storage, alignof(Place));
    places_ = reinterpret_cast<Place*>(room.data());
    count_ = free_count_ = room.size() / sizeof(Place);
  }
  ~Pool() { CHECK(free_count_ == count_); }  // every record came home
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Bytes of storage for `count` records.
  static constexpr std::size_t StorageFor(std::size_t count) { return count * sizeof(Place) + alignof(Place); }

  // A new record; null when none is left.
  template <typename... Arguments>
  T* Take(Arguments&&... arguments) {
    Place* place = free_;
    if (place != nullptr) [[likely]] {
      free_ = place->next_free;
    } else if (used_count_ < count_) {
      place = &places_[used_count_++];
    } else {
      ++refusals_;
      return nullptr;
    }
    --free_count_;
    return new (place->bytes) T(static_cast<Arguments&&>(arguments)...);
  }

  // `record` came from Take.
  void Give(T& record) {
    record.~T();
    Place* const place = new (&record) Place;  // not Place{}: that would clear all of it
    place->next_free = free_;
    free_ = place;
    ++free_count_;
  }

  std::size_t count() const { return count_; }
  std::size_t free_count() const { return free_count_; }
  std::uint64_t refusals() const { return refusals_; }  // times that none was left

 private:
  union Place {
    Place* next_free;
    alignas(T) std::byte bytes[sizeof(T)];
  };

  Place* places_ = nullptr;
  Place* free_ = nullptr;  // of those that had a record
  std::size_t count_ = 0;
  std::size_t used_count_ = 0;  // places that have had a record: the first ones
  std::size_t free_count_ = 0;
  std::uint64_t refusals_ = 0;
};

}  // namespace net::tcp

#endif  // ENKEL_NET_TCP_POOL_H_
