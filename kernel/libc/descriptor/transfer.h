// Reading from and writing to a descriptor, with the waiting that a File itself does not do.
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_TRANSFER_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_TRANSFER_H_

#include <errno.h>

#include <cstdint>

#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"

namespace kernel::libc {

// Calls `attempt()` until it returns anything but -EAGAIN, and waits for a change of `file` in between. At once -EAGAIN
// where the file is non-blocking, or when `deadline` has come; -EINTR where the wait was ended from outside. May block.
template <typename Attempt>
long RetryUntilReady(File& file, Attempt attempt, Instant deadline = kNever) {
  for (;;) {
    const long result = attempt();
    if (result != -EAGAIN || file.IsNonBlocking() || file.changes() == nullptr) return result;
    const Instant until = file.NextChange() < deadline ? file.NextChange() : deadline;
    const long waited = WaitForChange(*file.changes(), until);
    if (waited == -EINTR) return -EINTR;
    if (waited == -ETIMEDOUT && until == deadline) return attempt();
  }
}

// read: at least one byte, unless an error or the end comes first. -EBADF: not open for reading. May block.
long ReadFrom(int descriptor, Buffers& buffers);

// write: all bytes, unless an error comes first or the descriptor is non-blocking. -EBADF: not open for writing. May
// block.
long WriteTo(int descriptor, Buffers& buffers);

// Runs the program's handler of SIGPIPE, if there is one. Only in an image that has signal handlers.
[[gnu::weak]] void SignalBrokenPipe();

long SeekIn(int descriptor, std::int64_t offset, int origin);

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_TRANSFER_H_
