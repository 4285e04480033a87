#include "kernel/libc/descriptor/epoll.h"

#include <errno.h>
#include <sys/epoll.h>

#include <climits>
#include <cstddef>
#include <span>

#include "kernel/base/time.h"
#include "kernel/boot/board.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/timespec.h"

namespace {

using kernel::libc::Epoll;
using kernel::libc::FileKind;
using kernel::libc::FileReference;

constexpr int kMostEvents = INT_MAX / static_cast<int>(sizeof(epoll_event));

Epoll* EpollOf(const FileReference& file) {
  return file->kind() == FileKind::kEpoll ? static_cast<Epoll*>(file.get()) : nullptr;
}

}  // namespace

long sys_epoll_create1(int flags) {
  if ((flags & ~EPOLL_CLOEXEC) != 0) return -EINVAL;
  Epoll* const made = Epoll::Make();
  if (made == nullptr) return -ENOMEM;
  return kernel::libc::Install(FileReference(*made), (flags & EPOLL_CLOEXEC) != 0);
}

long sys_epoll_ctl(int descriptor, int operation, int watched, const epoll_event* event) {
  const FileReference file = kernel::libc::FindFile(descriptor);
  const FileReference target = kernel::libc::FindFile(watched);
  if (!file || !target) return -EBADF;
  Epoll* const epoll = EpollOf(file);
  if (epoll == nullptr) return -EINVAL;
  if (operation == EPOLL_CTL_DEL) return epoll->Delete(*target, watched);
  if (operation != EPOLL_CTL_ADD && operation != EPOLL_CTL_MOD) return -EINVAL;
  if (event == nullptr) return -EFAULT;
  return operation == EPOLL_CTL_ADD ? epoll->Add(*target, watched, *event) : epoll->Modify(*target, watched, *event);
}

// The signal mask matters to nobody: no signal comes while the caller waits.
long sys_epoll_pwait(int descriptor, epoll_event* events, int count, int timeout, const sigset_t*, std::size_t) {
  if (count <= 0 || count > kMostEvents) return -EINVAL;
  if (events == nullptr) return -EFAULT;
  const FileReference file = kernel::libc::FindFile(descriptor);
  if (!file) return -EBADF;
  Epoll* const epoll = EpollOf(file);
  if (epoll == nullptr) return -EINVAL;
  const kernel::Instant deadline =
      timeout < 0 ? kernel::kNever : kernel::libc::Later(board::Now(), kernel::Duration::Milliseconds(timeout));
  return epoll->Wait({events, static_cast<std::size_t>(count)}, deadline);
}
