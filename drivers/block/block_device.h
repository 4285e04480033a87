// Storage in sectors: what a file system, or a program, asks of a disk, and what a driver comes to.
#ifndef ENKEL_DRIVERS_BLOCK_BLOCK_DEVICE_H_
#define ENKEL_DRIVERS_BLOCK_BLOCK_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernel/base/result.h"

namespace drivers::block {

inline constexpr std::size_t kSectorSize = 512;  // bytes, whatever the disk's own are

// A wish, which lives until it is done.
struct Request {
  enum class Kind : std::uint8_t {
    kRead,
    kWrite,
    kFlush,  // what was written before is on the medium
  };

  Kind kind = Kind::kRead;
  std::uint64_t sector = 0;
  std::span<std::byte> bytes = {};  // whole sectors; none for a flush

  // Once it is done. Errors: kUnsupported (the disk cannot), kMalformed (it could not be read or written, or the driver
  // does not believe the answer), kReset (the device broke meanwhile; it is not known what was done).
  std::optional<kernel::Result<void>> outcome = {};
};

// Nothing here blocks, and nothing is interrupt-safe.
class BlockDevice {
 public:
  virtual std::uint64_t sector_count() const = 0;
  virtual bool is_read_only() const = 0;
  virtual std::size_t most_bytes() const = 0;  // in one request

  // Starts a request. False, and nothing done: no room now. One that reaches beyond the disk, or beyond most_bytes, or
  // is no whole number of sectors, or would write where that cannot be, is done at once, with kInvalidArgument.
  virtual bool Submit(Request& request) = 0;

  // Sets the outcome of what the disk has done; how many requests that were.
  virtual std::size_t Poll() = 0;

 protected:
  ~BlockDevice() = default;
};

}  // namespace drivers::block

#endif  // ENKEL_DRIVERS_BLOCK_BLOCK_DEVICE_H_
