// A Context for tests: seeded random numbers, pools of ordinary sizes, a time that only the test moves.
#ifndef ENKEL_NET_TEST_CONTEXT_H_
#define ENKEL_NET_TEST_CONTEXT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/base/poller.h"
#include "kernel/base/time.h"
#include "net/context.h"
#include "net/packet/buffer.h"
#include "net/packet/packet.h"
#include "net/random_source.h"

namespace net {

// splitmix64: the same numbers for the same seed on every machine. Its hash is keyed by the seed and good
// enough for tests, not against an attacker.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed), key_(Mix(~seed)) {}
  std::uint64_t Next() override { return Mix(state_ += 0x9e3779b97f4a7c15); }
  std::uint64_t Hash(std::span<const std::byte> bytes) override {
    std::uint64_t hash = key_ ^ bytes.size();
    for (const std::byte byte : bytes) hash = Mix(hash ^ static_cast<std::uint64_t>(byte));
    return hash;
  }

 private:
  static constexpr std::uint64_t Mix(std::uint64_t word) {
    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
    word = (word ^ word >> 27) * 0x94d049bb133111eb;
    return word ^ word >> 31;
  }

  std::uint64_t state_;
  std::uint64_t key_;
};

class TestContext final : private kernel::Waker {
 public:
  explicit TestContext(std::uint64_t seed = 1, std::size_t packets = 1024, std::size_t buffers = 1024,
                       std::size_t buffer_size = 2048)
      : random_(seed),
        packet_storage_(PacketPool::StorageFor(packets)),
        buffer_storage_(BufferPool::StorageFor(buffers, buffer_size)),
        packets_(packet_storage_),
        buffers_(buffer_storage_, buffer_size),
        context_(random_, packets_, buffers_, *this) {}

  operator Context&() { return context_; }  // NOLINT(google-explicit-constructor): it is one, with what it needs
  Context* operator->() { return &context_; }

  // Lets time pass, and calls the timers that become due, each at its time.
  void Advance(kernel::Duration duration) {
    const kernel::Instant end = context_.now() + duration;
    while (context_.timers().NextDeadline() <= end) {
      context_.SetNow(context_.timers().NextDeadline());
      context_.timers().RunDue(context_.now(), 1);
    }
    context_.SetNow(end);
  }

  // A packet with these bytes as payload. Fails the test's process when the pools are empty.
  Packet PacketOf(std::span<const std::byte> bytes) {
    Packet packet = packets_.Take();
    std::size_t done = 0;
    while (done < bytes.size()) {
      Buffer buffer = buffers_.Take();
      const std::size_t size = bytes.size() - done < buffer.capacity() ? bytes.size() - done : buffer.capacity();
      for (std::size_t i = 0; i < size; ++i) buffer.data()[i] = bytes[done + i];
      if (!packet.Append(static_cast<Buffer&&>(buffer), 0, size)) __builtin_trap();
      done += size;
    }
    return packet;
  }

  // Since the last call: whether somebody asked to be polled.
  bool TakeWakeUp() {
    const bool was_woken = was_woken_;
    was_woken_ = false;
    return was_woken;
  }

  SeededRandom& random() { return random_; }
  PacketPool& packets() { return packets_; }
  BufferPool& buffers() { return buffers_; }

 private:
  void Wake() override { was_woken_ = true; }

  SeededRandom random_;
  std::vector<std::byte> packet_storage_;
  std::vector<std::byte> buffer_storage_;
  PacketPool packets_;
  BufferPool buffers_;
  bool was_woken_ = false;
  Context context_;
};

// All bytes of a packet, in one piece.
inline std::vector<std::byte> BytesOf(const Packet& packet) {
  std::vector<std::byte> bytes(packet.size());
  packet.CopyTo(0, bytes);
  return bytes;
}

}  // namespace net

#endif  // ENKEL_NET_TEST_CONTEXT_H_
