// Reading and writing at a place of a file, and from one file to another.
#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/descriptor/transfer.h"
#include "kernel/libc/parts.h"

namespace {

using kernel::libc::Buffers;
using kernel::libc::FileReference;

long ReadAt(int descriptor, Buffers& buffers, off_t offset) {
  const FileReference file = kernel::libc::FindReadable(descriptor);
  return file ? file->ReadAt(buffers, offset) : -EBADF;
}

long WriteAt(int descriptor, Buffers& buffers, off_t offset) {
  const FileReference file = kernel::libc::FindWritable(descriptor);
  return file ? file->WriteAt(buffers, offset) : -EBADF;
}

}  // namespace

long sys_pread64(int descriptor, void* bytes, std::size_t size, off_t offset) {
  const long checked = kernel::libc::CheckMemory(bytes, size);
  if (checked < 0) return checked;
  Buffers buffers(bytes, static_cast<std::size_t>(checked));
  return ReadAt(descriptor, buffers, offset);
}

long sys_pwrite64(int descriptor, const void* bytes, std::size_t size, off_t offset) {
  const long checked = kernel::libc::CheckMemory(bytes, size);
  if (checked < 0) return checked;
  Buffers buffers(const_cast<void*>(bytes), static_cast<std::size_t>(checked));
  return WriteAt(descriptor, buffers, offset);
}

// The upper half of the offset is of no use where a long holds all of it.
long sys_preadv(int descriptor, const iovec* parts, int count, off_t offset, long) {
  const long checked = kernel::libc::CheckParts(parts, count);
  if (checked < 0) return checked;
  Buffers buffers(parts, static_cast<std::size_t>(checked));
  return ReadAt(descriptor, buffers, offset);
}

long sys_pwritev(int descriptor, const iovec* parts, int count, off_t offset, long) {
  const long checked = kernel::libc::CheckParts(parts, count);
  if (checked < 0) return checked;
  Buffers buffers(parts, static_cast<std::size_t>(checked));
  return WriteAt(descriptor, buffers, offset);
}

// By way of a buffer; what was read and could not be written is lost from a file that has no places.
long sys_sendfile(int to, int from, off_t* offset, std::size_t size) {
  std::array<std::byte, 2048> bytes;
  std::size_t sent = 0;
  size = std::min(size, kernel::libc::kLargestTransfer);
  off_t place = offset == nullptr ? 0 : *offset;
  while (sent != size) {
    Buffers in(bytes.data(), std::min(bytes.size(), size - sent));
    const long count = offset == nullptr ? kernel::libc::ReadFrom(from, in) : ReadAt(from, in, place);
    if (count < 0 && sent == 0) return count;
    if (count <= 0) break;
    Buffers out(bytes.data(), static_cast<std::size_t>(count));
    const long written = kernel::libc::WriteTo(to, out);
    if (written < 0 && sent == 0) return written;
    if (written <= 0) break;
    sent += static_cast<std::size_t>(written);
    place += written;
    if (written != count) break;
  }
  if (offset != nullptr) *offset = place;
  return static_cast<long>(sent);
}

// There is no disc behind: what was written is as safe as it gets.
long sys_fsync(int descriptor) { return kernel::libc::FindFile(descriptor) ? 0 : -EBADF; }
long sys_fdatasync(int descriptor) { return sys_fsync(descriptor); }
long sys_sync() { return 0; }
