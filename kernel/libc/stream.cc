// What printf needs: writing, and the end of a descriptor. A program that makes descriptors has a table of them, and
// all goes there; one that does not has the console as 1 and 2, and no table.
#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "kernel/boot/board.h"
#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/parts.h"
#include "kernel/libc/stream_state.h"

namespace kernel::libc {

[[gnu::weak]] extern const StreamHooks stream_hooks;

}  // namespace kernel::libc

namespace {

using kernel::libc::Buffers;
using kernel::libc::closed_streams;
using kernel::libc::IsOpenStream;
using kernel::libc::stream_hooks;

bool HasTable() { return &stream_hooks != nullptr; }

bool IsConsole(int descriptor) { return descriptor != STDIN_FILENO && IsOpenStream(descriptor); }

}  // namespace

long sys_write(int descriptor, const void* bytes, std::size_t size) {
  const long checked = kernel::libc::CheckMemory(bytes, size);
  if (HasTable()) {
    if (checked < 0) return checked;
    Buffers buffers(const_cast<void*>(bytes), static_cast<std::size_t>(checked));
    return stream_hooks.write(descriptor, buffers);
  }
  if (!IsConsole(descriptor)) return -EBADF;
  if (checked > 0) board::ConsoleWrite({static_cast<const char*>(bytes), static_cast<std::size_t>(checked)});
  return checked;
}

long sys_writev(int descriptor, const iovec* parts, int count) {
  const long checked = kernel::libc::CheckParts(parts, count);
  if (HasTable()) {
    if (checked < 0) return checked;
    Buffers buffers(parts, static_cast<std::size_t>(checked));
    return stream_hooks.write(descriptor, buffers);
  }
  if (!IsConsole(descriptor)) return -EBADF;
  for (auto left = static_cast<std::size_t>(std::max(checked, 0l)); left != 0; ++parts) {
    const std::size_t size = std::min(parts->iov_len, left);
    if (size != 0) board::ConsoleWrite({static_cast<const char*>(parts->iov_base), size});
    left -= size;
  }
  return checked;
}

long sys_close(int descriptor) {
  if (HasTable()) return stream_hooks.close(descriptor);
  if (!IsOpenStream(descriptor)) return -EBADF;
  closed_streams |= 1u << descriptor;
  return 0;
}

long sys_lseek(int descriptor, off_t offset, int origin) {
  if (HasTable()) return stream_hooks.seek(descriptor, offset, origin);
  return IsOpenStream(descriptor) ? -ESPIPE : -EBADF;
}
