// Where packets go: prefixes of addresses, and by which interface and gateway each is reached. One table holds both
// versions of IP.
#ifndef ENKEL_NET_ROUTE_TABLE_H_
#define ENKEL_NET_ROUTE_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.h"
#include "net/interface/interface.h"
#include "net/random_source.h"
#include "net/wire/address.h"

namespace net {

struct Route {
  IpAddress prefix = {};    // bits behind `length` are not looked at
  std::uint8_t length = 0;  // bits: up to 32 of IPv4, up to 128 of IPv6. 0: the default route of that version
  Interface* interface = nullptr;
  IpAddress gateway = {};    // unspecified: the destinations are neighbours themselves
  IpAddress source = {};     // which of our addresses packets come from; unspecified: not said
  std::uint16_t metric = 0;  // of several for a prefix the least is taken
};

// Told when routes changed.
class RouteListener {
 public:
  virtual void OnRoutesChanged() = 0;

 protected:
  ~RouteListener() = default;

 private:
  friend class RouteTable;
  RouteListener* next_ = nullptr;
};

// Finds the longest prefix in as many steps as there are different lengths in the table, however many routes it holds.
// Not interrupt-safe, does not allocate.
class RouteTable {
 public:
  // Of the storage.
  class Entry {
   private:
    friend class RouteTable;
    Route route_;
    std::uint8_t bits_ = 0;    // of the prefix as an IpAddress
    Entry* bucket_ = nullptr;  // the first entry whose hash is this one's number
    Entry* next_ = nullptr;    // in its bucket, or of the free ones
  };

  // Holds as many routes as `storage`, which outlives it.
  RouteTable(RandomSource& random, std::span<Entry> storage);
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;

  // Replaces the route of the same prefix, interface and gateway. Errors: kInvalidArgument (no interface, a length that
  // the version does not have), kOutOfMemory.
  kernel::Result<void> Add(const Route& route);

  // Errors: kNotFound. Metric and source do not matter.
  kernel::Result<void> Remove(const Route& route);

  void RemoveAll(const Interface& interface);

  // The route for a destination: the longest prefix, then the least metric. Null: there is none. With `interface`, only
  // routes by it count.
  const Route* Find(const IpAddress& destination, const Interface* interface = nullptr) const;

  // Each route, in no order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const Entry& slot : entries_) {
      for (const Entry* entry = slot.bucket_; entry != nullptr; entry = entry->next_) visit(entry->route_);
    }
  }

  std::size_t size() const { return size_; }

  void AddListener(RouteListener& listener) {
    listener.next_ = listeners_;
    listeners_ = &listener;
  }

 private:
  static constexpr std::size_t kWords = 3;  // bits for the lengths 0 to 128

  Entry*& BucketOf(const IpAddress& prefix, std::uint8_t bits) const;
  const Entry* FindAmong(const IpAddress& destination, std::uint8_t bits, const Interface* interface) const;
  void Unlink(Entry** place);
  void TellListeners();

  const std::span<Entry> entries_;
  const std::array<std::uint64_t, 2> hash_key_;
  Entry* free_ = nullptr;
  std::size_t size_ = 0;
  std::array<std::uint16_t, 129> counts_ = {};                  // routes of each number of bits
  std::array<std::array<std::uint64_t, kWords>, 2> used_ = {};  // of IPv6 and IPv4: which of them are not 0
  RouteListener* listeners_ = nullptr;
};

}  // namespace net

#endif  // ENKEL_NET_ROUTE_TABLE_H_
