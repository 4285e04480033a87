#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "kernel/libc/calls.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/table.h"
#include "kernel/libc/terminal/terminal.h"

using kernel::libc::FileKind;

long sys_ioctl(int descriptor, unsigned long request, void* argument) {
  const kernel::libc::FileReference file = kernel::libc::FindFile(descriptor);
  if (!file) return -EBADF;
  switch (request) {
    case FIOCLEX:
    case FIONCLEX:
      kernel::libc::SetCloseOnExec(descriptor, request == FIOCLEX);
      return 0;
    case FIONBIO:
      if (argument == nullptr) return -EFAULT;
      file->set_flags((file->flags() & ~O_NONBLOCK) | (*static_cast<const int*>(argument) != 0 ? O_NONBLOCK : 0));
      return 0;
    default:
      return file->kind() == FileKind::kConsole ? kernel::libc::ControlTerminal(request, argument)
                                                : file->Control(request, argument);
  }
}
