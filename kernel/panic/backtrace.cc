#include "kernel/panic/backtrace.h"

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/address_space.h"

namespace kernel::panic {
namespace {

constexpr std::uint64_t kFrameSize = 16;  // bytes: the caller's frame pointer and the return address

// The readable memory without a gap around one address.
class ReadableRange {
 public:
  bool Contains(std::uint64_t frame) const { return begin_ <= frame && frame + kFrameSize <= end_; }

  void FindAround(std::uint64_t address) {
    address_ = address;
    begin_ = end_ = 0;
    arch::ForEachMapping(
        [](void* self, const arch::Mapping& mapping) { static_cast<ReadableRange*>(self)->Visit(mapping); }, this);
    if (address_ < begin_ || address_ >= end_) begin_ = end_ = 0;
  }

 private:
  // Mappings come in order of their addresses.
  void Visit(const arch::Mapping& mapping) {
    if (!mapping.readable || end_ > address_) {
      const bool grows = mapping.readable && mapping.virtual_address.value == end_;
      if (grows) end_ += mapping.size;
      return;
    }
    if (mapping.virtual_address.value != end_) begin_ = mapping.virtual_address.value;
    end_ = mapping.virtual_address.value + mapping.size;
  }

  std::uint64_t address_ = 0;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace

std::size_t WalkFrames(std::uint64_t frame_pointer, std::span<std::uint64_t> addresses) {
  ReadableRange readable;
  std::size_t count = 0;
  bool has_changed_stack = false;
  while (count < addresses.size() && frame_pointer != 0 && frame_pointer % 8 == 0) {
    if (frame_pointer > UINT64_MAX - kFrameSize) break;
    if (!readable.Contains(frame_pointer)) readable.FindAround(frame_pointer);
    if (!readable.Contains(frame_pointer)) break;

    const auto* frame = reinterpret_cast<const volatile std::uint64_t*>(frame_pointer);
    const std::uint64_t caller = frame[0];
    const std::uint64_t return_address = frame[1];
    if (return_address == 0) break;
    addresses[count++] = return_address;
    if (caller <= frame_pointer) {
      // Frames of one stack go up. What an interrupt has interrupted may be on a lower one: once.
      if (has_changed_stack || readable.Contains(caller)) break;
      has_changed_stack = true;
    }
    frame_pointer = caller;
  }
  return count;
}

}  // namespace kernel::panic
