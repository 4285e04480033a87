// Which file each descriptor stands for.
//
// In an image only where something makes descriptors; the streams 0 to 2 need no table to write to the console
// (kernel/libc/stream.cc).
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_TABLE_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_TABLE_H_

#include <cstddef>

#include "kernel/libc/descriptor/file.h"

namespace kernel::libc {

// How many descriptors there can be, whatever setrlimit(RLIMIT_NOFILE) says. The first 256 lie in the image's zeroed
// memory, the others on pages that are taken as they are needed and kept.
inline constexpr int kMostDescriptors = 16'384;

// The limit of RLIMIT_NOFILE in force: no new descriptor is as large. 1 to kMostDescriptors.
extern constinit int descriptor_limit;

// The file of an open descriptor; empty for any other number.
FileReference FindFile(int descriptor);

// The same, where the file is open for the direction; else empty.
FileReference FindReadable(int descriptor);
FileReference FindWritable(int descriptor);

// Opens the lowest free descriptor that is at least `least` for `file`. Errors: -EMFILE, -ENOMEM.
long Install(const FileReference& file, bool close_on_exec, int least = 0);

// Opens `descriptor` for `file`; what it stood for is closed. Errors: -EBADF (not below the limit), -ENOMEM.
long Replace(int descriptor, const FileReference& file, bool close_on_exec);

// Errors: -EBADF.
long CloseDescriptor(int descriptor);

// FD_CLOEXEC of an open descriptor. No program is ever executed, so that it is only remembered.
bool IsCloseOnExec(int descriptor);
void SetCloseOnExec(int descriptor, bool close_on_exec);

// What stream.cc calls instead of writing to the console itself, in an image that has the table: one object, so that a
// weak reference to it finds it exactly where the table is.
struct StreamHooks {
  long (*write)(int descriptor, Buffers& buffers);
  long (*seek)(int descriptor, std::int64_t offset, int origin);
  long (*close)(int descriptor);
};
extern const StreamHooks stream_hooks;

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_TABLE_H_
