#include "kernel/libc/descriptor/event_counter.h"

#include <errno.h>

#include <cstddef>
#include <cstdint>

#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pool.h"

namespace kernel::libc {
namespace {

constinit Pool<EventCounter> counters;

}  // namespace

EventCounter* EventCounter::Make(std::uint64_t value, bool is_semaphore, int flags) {
  return counters.New(value, is_semaphore, flags);
}

void EventCounter::Release() { counters.Delete(*this); }

long EventCounter::Read(Buffers& buffers) {
  if (buffers.size() < sizeof value_) return -EINVAL;
  if (value_ == 0) return -EAGAIN;
  const std::uint64_t taken = is_semaphore_ ? 1 : value_;
  value_ -= taken;
  buffers.Store(reinterpret_cast<const std::byte*>(&taken), sizeof taken);
  changes_.Notify();
  return sizeof taken;
}

long EventCounter::Write(Buffers& buffers) {
  if (buffers.size() < sizeof value_) return -EINVAL;
  // A write that has to wait finds its bytes again.
  Buffers copy(buffers);
  std::uint64_t added = 0;
  copy.Load(reinterpret_cast<std::byte*>(&added), sizeof added);
  if (added > kLargest) return -EINVAL;
  if (added > kLargest - value_) return -EAGAIN;
  buffers.Advance(buffers.size());
  value_ += added;
  changes_.Notify();
  return sizeof added;
}

Events EventCounter::Poll() { return (value_ > 0 ? kCanRead : 0) | (value_ < kLargest ? kCanWrite : 0); }

}  // namespace kernel::libc
