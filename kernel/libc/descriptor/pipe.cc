#include "kernel/libc/descriptor/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pool.h"
#include "kernel/memory/memory.h"

namespace kernel::libc {
namespace {

constexpr std::uint64_t kPages = Pipe::kCapacity / kPageSize;
constinit Pool<Pipe> pipes;

}  // namespace

Pipe* Pipe::Make(int flags) {
  const Result<VirtualAddress> bytes = memory::AllocatePages(kPages);
  if (!bytes) return nullptr;
  Pipe* const pipe = pipes.New(reinterpret_cast<std::byte*>(bytes->value), flags);
  if (pipe == nullptr) CHECK(memory::FreePages(*bytes, kPages).has_value());
  return pipe;
}

Pipe::Pipe(std::byte* bytes, int flags)
    : reader_(*this, O_RDONLY | flags), writer_(*this, O_WRONLY | flags), bytes_(bytes) {}

void Pipe::Release(PipeEnd& end) {
  (&end == &reader_ ? has_reader_ : has_writer_) = false;
  // Who waits at the other end learns that nobody will come.
  (&end == &reader_ ? writer_ : reader_).changes_.Notify();
  if (has_reader_ || has_writer_) return;
  // Without a page for a page table the bytes are lost, but the program goes on.
  (void)memory::FreePages({reinterpret_cast<std::uintptr_t>(bytes_)}, kPages);
  pipes.Delete(*this);
}

long Pipe::Read(Buffers& buffers) {
  if (buffers.size() == 0) return 0;
  if (size_ == 0) return has_writer_ ? -EAGAIN : 0;
  const std::size_t count = std::min(buffers.size(), size_);
  for (std::size_t left = count; left != 0;) {
    const std::size_t run = std::min(left, kCapacity - first_);
    buffers.Store(bytes_ + first_, run);
    first_ = (first_ + run) % kCapacity;
    left -= run;
  }
  size_ -= count;
  writer_.changes_.Notify();
  return static_cast<long>(count);
}

long Pipe::Write(Buffers& buffers) {
  if (!has_reader_) return -EPIPE;
  if (buffers.size() == 0) return 0;
  const bool is_atomic = buffers.size() <= kAtomic;
  if (room() < (is_atomic ? buffers.size() : 1)) return -EAGAIN;
  const std::size_t count = std::min(buffers.size(), room());
  for (std::size_t left = count; left != 0;) {
    const std::size_t place = (first_ + size_) % kCapacity;
    const std::size_t run = std::min(left, kCapacity - place);
    buffers.Load(bytes_ + place, run);
    size_ += run;
    left -= run;
  }
  reader_.changes_.Notify();
  return static_cast<long>(count);
}

long PipeEnd::Read(Buffers& buffers) { return pipe_.Read(buffers); }
long PipeEnd::Write(Buffers& buffers) { return pipe_.Write(buffers); }
void PipeEnd::Release() { pipe_.Release(*this); }

long PipeEnd::Control(unsigned long request, void* argument) {
  if (request != FIONREAD) return -ENOTTY;
  if (argument == nullptr) return -EFAULT;
  *static_cast<int*>(argument) = static_cast<int>(pipe_.size());
  return 0;
}

long PipeEnd::Describe(FileStatus& status) {
  status.mode = S_IFIFO | S_IRUSR | S_IWUSR;
  return 0;
}

Events PipeEnd::Poll() {
  if (IsReadable()) return (pipe_.size_ != 0 ? kCanRead : 0) | (pipe_.has_writer_ ? 0 : POLLHUP);
  // Without a reader a write fails at once, which is not waiting either.
  if (!pipe_.has_reader_) return kCanWrite | POLLERR;
  return pipe_.room() >= Pipe::kAtomic ? kCanWrite : 0;
}

}  // namespace kernel::libc
