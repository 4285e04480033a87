// Pipes: 64 KiB of bytes between two files. [POSIX] pipe, write
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_PIPE_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_PIPE_H_

#include <cstddef>

#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {

class Pipe;

// One end of a pipe: the reader or the writer, by its flags.
class PipeEnd final : public File {
 public:
  PipeEnd(Pipe& pipe, int flags) : File(flags), pipe_(pipe) {}

  long Read(Buffers& buffers) override;
  long Write(Buffers& buffers) override;
  long Control(unsigned long request, void* argument) override;
  long Describe(FileStatus& status) override;
  Events Poll() override;
  WaitQueue* changes() override { return &changes_; }

 protected:
  void Release() override;

 private:
  friend class Pipe;
  Pipe& pipe_;
  WaitQueue changes_;
};

// Both ends with the bytes between them.
class Pipe {
 public:
  static constexpr std::size_t kCapacity = 64 * 1024;  // bytes, as on Linux
  static constexpr std::size_t kAtomic = 4096;         // PIPE_BUF: a write of as many is never cut

  // `flags`: O_NONBLOCK or 0, for both ends. Null when no memory is left. Lives until both ends are released.
  static Pipe* Make(int flags);
  Pipe(std::byte* bytes, int flags);

  PipeEnd& reader() { return reader_; }
  PipeEnd& writer() { return writer_; }
  std::size_t size() const { return size_; }  // bytes that wait to be read

 private:
  friend class PipeEnd;
  long Read(Buffers& buffers);
  long Write(Buffers& buffers);
  void Release(PipeEnd& end);
  std::size_t room() const { return kCapacity - size_; }

  PipeEnd reader_;
  PipeEnd writer_;
  bool has_reader_ = true;
  bool has_writer_ = true;
  std::byte* bytes_;
  std::size_t first_ = 0;  // place of the byte that is read next
  std::size_t size_ = 0;
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_PIPE_H_
