#include <errno.h>
#include <fcntl.h>

#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pipe.h"
#include "kernel/libc/descriptor/table.h"

using kernel::libc::FileReference;

long sys_pipe2(int* descriptors, int flags) {
  if ((flags & ~(O_CLOEXEC | O_NONBLOCK)) != 0) return -EINVAL;
  if (descriptors == nullptr) return -EFAULT;
  kernel::libc::Pipe* const pipe = kernel::libc::Pipe::Make(flags & O_NONBLOCK);
  if (pipe == nullptr) return -ENOMEM;
  const FileReference reader(pipe->reader());
  const FileReference writer(pipe->writer());
  const bool close_on_exec = (flags & O_CLOEXEC) != 0;
  const long first = kernel::libc::Install(reader, close_on_exec);
  if (first < 0) return first;
  const long second = kernel::libc::Install(writer, close_on_exec);
  if (second < 0) {
    (void)kernel::libc::CloseDescriptor(static_cast<int>(first));
    return second;
  }
  descriptors[0] = static_cast<int>(first);
  descriptors[1] = static_cast<int>(second);
  return 0;
}
