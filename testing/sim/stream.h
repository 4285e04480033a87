// The bytes that a program of a simulation sends: each follows from its place, so that whoever receives can check every
// one.
#ifndef ENKEL_TESTING_SIM_STREAM_H_
#define ENKEL_TESTING_SIM_STREAM_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sim {

class Stream {
 public:
  explicit constexpr Stream(std::uint64_t key) : key_(key) {}

  // The bytes from `place` on.
  void Fill(std::uint64_t place, std::span<std::byte> bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const std::uint64_t word = WordAt((place + done) / 8);
      const std::size_t offset = (place + done) % 8;
      const std::size_t size = std::min(bytes.size() - done, 8 - offset);
      std::memcpy(&bytes[done], reinterpret_cast<const std::byte*>(&word) + offset, size);
      done += size;
    }
  }

  // Whether these are the bytes from `place` on.
  bool Matches(std::uint64_t place, std::span<const std::byte> bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const std::uint64_t word = WordAt((place + done) / 8);
      const std::size_t offset = (place + done) % 8;
      const std::size_t size = std::min(bytes.size() - done, 8 - offset);
      if (std::memcmp(&bytes[done], reinterpret_cast<const std::byte*>(&word) + offset, size) != 0) return false;
      done += size;
    }
    return true;
  }

 private:
  // [Steele14] splitmix64
  std::uint64_t WordAt(std::uint64_t number) const {
    std::uint64_t word = key_ + number * 0x9e37'79b9'7f4a'7c15;
    word = (word ^ word >> 30) * 0xbf58'476d'1ce4'e5b9;
    word = (word ^ word >> 27) * 0x94d0'49bb'1331'11eb;
    return word ^ word >> 31;
  }

  std::uint64_t key_;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_STREAM_H_
