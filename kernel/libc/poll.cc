#include "kernel/libc/descriptor/poll.h"

#include <errno.h>
#include <poll.h>
#include <sys/select.h>
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/timespec.h"

namespace {

using kernel::Instant;
using kernel::libc::Await;
using kernel::libc::Events;
using kernel::libc::FindFile;
using kernel::libc::Watch;
using kernel::libc::Watches;

Instant DeadlineOf(const timespec* timeout) {
  if (timeout == nullptr) return kernel::kNever;
  return kernel::libc::Later(board::Now(), kernel::libc::ToDuration(*timeout));
}

// Of select's three sets.
constexpr Events kReadSet = POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR;
constexpr Events kWriteSet = POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR;
constexpr Events kExceptionSet = POLLPRI;

bool Has(const fd_set* set, int descriptor) { return set != nullptr && FD_ISSET(descriptor, set); }

Events WantedBy(int descriptor, const fd_set* reads, const fd_set* writes, const fd_set* exceptions) {
  return (Has(reads, descriptor) ? kReadSet : 0) | (Has(writes, descriptor) ? kWriteSet : 0) |
         (Has(exceptions, descriptor) ? kExceptionSet : 0);
}

// Leaves a descriptor in the set where it is ready; counts it then.
long Tell(fd_set* set, int descriptor, Events ready) {
  if (!Has(set, descriptor)) return 0;
  if (ready != 0) return 1;
  FD_CLR(descriptor, set);
  return 0;
}

}  // namespace

// The signal mask matters to nobody: no signal comes while the caller waits.
long sys_ppoll(pollfd* files, nfds_t count, const timespec* timeout, const sigset_t*, std::size_t) {
  if (timeout != nullptr && !kernel::libc::IsValid(*timeout)) return -EINVAL;
  if (count > static_cast<nfds_t>(kernel::libc::descriptor_limit)) return -EINVAL;
  if (count != 0 && files == nullptr) return -EFAULT;
  Instant deadline = DeadlineOf(timeout);
  Watches watches(count);
  if (!watches.IsValid()) return -ENOMEM;

  long invalid = 0;
  for (std::size_t i = 0; i < count; ++i) {
    files[i].revents = 0;
    if (files[i].fd < 0) continue;
    Watch& watch = watches.all()[i];
    watch.file = FindFile(files[i].fd);
    watch.wanted = static_cast<unsigned short>(files[i].events);
    if (watch.file) continue;
    files[i].revents = POLLNVAL;
    ++invalid;
  }
  if (invalid != 0) deadline = Instant{};
  const long ready = Await(watches.all(), deadline);
  if (ready < 0) return ready;
  for (std::size_t i = 0; i < count; ++i) {
    files[i].revents = static_cast<short>(files[i].revents | watches.all()[i].ready);
  }
  return ready + invalid;
}

long sys_pselect6(int count, fd_set* reads, fd_set* writes, fd_set* exceptions, const timespec* timeout, const void*) {
  if (timeout != nullptr && !kernel::libc::IsValid(*timeout)) return -EINVAL;
  if (count < 0) return -EINVAL;
  count = std::min(count, FD_SETSIZE);
  const Instant deadline = DeadlineOf(timeout);

  std::size_t watched = 0;
  for (int i = 0; i < count; ++i) {
    if (WantedBy(i, reads, writes, exceptions) == 0) continue;
    if (!FindFile(i)) return -EBADF;
    ++watched;
  }
  Watches watches(watched);
  if (!watches.IsValid()) return -ENOMEM;
  std::size_t used = 0;
  for (int i = 0; i < count; ++i) {
    const Events wanted = WantedBy(i, reads, writes, exceptions);
    if (wanted == 0) continue;
    Watch& watch = watches.all()[used++];
    watch.file = FindFile(i);
    watch.wanted = wanted;
  }
  const long result = Await(watches.all(), deadline);
  if (result < 0) return result;

  long ready = 0;
  used = 0;
  for (int i = 0; i < count; ++i) {
    if (WantedBy(i, reads, writes, exceptions) == 0) continue;
    const Events events = watches.all()[used++].ready;
    ready += Tell(reads, i, events & kReadSet) + Tell(writes, i, events & kWriteSet) +
             Tell(exceptions, i, events & kExceptionSet);
  }
  return ready;
}
