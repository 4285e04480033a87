// Result<T>: what a function returns when the outside world can make it fail.
//
// Only our own bugs are CHECKs (kernel/base/check.h); a bad packet is counted and dropped; everything else that can
// fail returns a Result, and the compiler refuses to let a caller ignore it.
#ifndef ENKEL_KERNEL_BASE_RESULT_H_
#define ENKEL_KERNEL_BASE_RESULT_H_

#include <expected>

namespace kernel {

// Why a call failed. One flat list, so that a caller can compare and a log line can name it.
enum class Error : int {
  kInvalidArgument,  // the caller's value is outside of what the function documents
  kOutOfMemory,      // no frame, table page or pool entry is left
  kNotFound,         // what was asked for is not there
  kMalformed,        // bytes from a loader, device, wire or file do not follow their format
  kUnsupported,      // this machine or this build cannot do it
  kTimedOut,         // the deadline came first
  kCancelled,        // whoever waited was told to stop
  kWouldBlock,       // nothing can be done now; later it can
  kUnreachable,      // no route leads there, or nobody answers on the last link
  kRefused,          // the other end wants no connection
  kReset,            // the other end broke the connection off
  kClosed,           // this end was closed, or never connected
  kInUse,            // somebody has the address, port or name already
  kTooLong,          // a message that does not fit into what carries it
};

template <typename T>
using Result = std::expected<T, Error>;

// `return Fail(Error::kMalformed);`
constexpr std::unexpected<Error> Fail(Error error) { return std::unexpected<Error>(error); }

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_RESULT_H_
