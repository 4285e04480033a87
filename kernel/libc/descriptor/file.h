// What a descriptor stands for: an open file description of POSIX, with its own place, flags and readiness.
//
// A kind of file is a class that overrides what it can do; everything else says the errno that Linux says. No function
// of a File blocks: one that cannot go on now returns -EAGAIN, and kernel/libc waits for `changes()` and calls it again
// (transfer.h), unless the descriptor is non-blocking. So the kinds need no threads, and readiness is told in one
// place.
//
// Results are Linux': a count, or a negative errno. Nothing here is interrupt-safe.
#ifndef ENKEL_KERNEL_LIBC_DESCRIPTOR_FILE_H_
#define ENKEL_KERNEL_LIBC_DESCRIPTOR_FILE_H_

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstdint>

#include "kernel/base/check.h"
#include "kernel/base/time.h"
#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/wait_queue.h"

namespace kernel::libc {

// Which class a File is, for calls that want one kind only: epoll_ctl an epoll, timerfd_settime a timer, bind a socket.
// kNode is what has a path in the file tree.
enum class FileKind : std::uint8_t { kOther, kConsole, kEpoll, kNode, kSocket, kTimer };

// Readiness, in the bits of poll and epoll, which are the same.
using Events = unsigned;
inline constexpr Events kCanRead = POLLIN | POLLRDNORM;
inline constexpr Events kCanWrite = POLLOUT | POLLWRNORM;
inline constexpr Events kAlwaysTold = POLLERR | POLLHUP;  // whether asked for or not

// What stat says.
struct FileStatus {
  std::uint64_t number = 0;  // of the inode
  std::uint32_t mode = 0;    // type and permissions
  std::uint32_t links = 1;
  std::uint64_t device = 0;  // a character device's number
  std::int64_t size = 0;     // bytes
  std::int64_t blocks = 0;   // of 512 bytes
  Instant accessed;          // on the wall clock
  Instant modified;
  Instant changed;
};

class File {
 public:
  // `flags`: O_RDONLY, O_WRONLY or O_RDWR, and O_NONBLOCK, O_APPEND.
  constexpr explicit File(int flags, FileKind kind = FileKind::kOther) : flags_(flags), kind_(kind) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  FileKind kind() const { return kind_; }
  int flags() const { return flags_; }
  void set_flags(int flags) { flags_ = flags; }
  bool IsReadable() const { return (flags_ & O_ACCMODE) != O_WRONLY; }
  bool IsWritable() const { return (flags_ & O_ACCMODE) != O_RDONLY; }
  bool IsNonBlocking() const { return (flags_ & O_NONBLOCK) != 0; }

  // Reads into, or writes from, what `buffers` points to, as much as can be done now: more than 0 bytes, 0 at the end
  // of the file, or an error. -EAGAIN: nothing now. The caller has checked that the file is open for it.
  virtual long Read(Buffers& buffers);
  virtual long Write(Buffers& buffers);
  // The same at a place of the file, which does not move. -ESPIPE where there are no places.
  virtual long ReadAt(Buffers& buffers, std::int64_t offset);
  virtual long WriteAt(Buffers& buffers, std::int64_t offset);
  virtual long Seek(std::int64_t offset, int origin);
  virtual long Truncate(std::int64_t size);
  virtual long Control(unsigned long request, void* argument);  // ioctl
  virtual long Describe(FileStatus& status);                    // fstat

  // What can be done at this moment without waiting.
  virtual Events Poll();
  // Notified whenever what Poll() says may have changed. Null for a file that is always ready; epoll refuses those.
  virtual WaitQueue* changes();
  // When Poll() will change without a notification, because time passes; kNever otherwise.
  virtual Instant NextChange();
  // How long a read or write that begins now may wait before it says -EAGAIN; kNever: for ever.
  virtual Instant ReadDeadline();
  virtual Instant WriteDeadline();

 protected:
  ~File() = default;

  // Nobody refers to the file any more: gives back what it has. Its queue is empty.
  virtual void Release();

 private:
  friend class FileReference;

  int flags_;
  FileKind kind_;
  int references_ = 0;
};

// A descriptor's share in a file, or that of a call that works with it: a file closed meanwhile stays until the call is
// over.
class [[nodiscard]] FileReference {
 public:
  constexpr FileReference() = default;
  explicit FileReference(File& file) : file_(&file) { ++file.references_; }
  FileReference(FileReference&& other) : file_(other.file_) { other.file_ = nullptr; }
  FileReference& operator=(FileReference&& other) {
    if (this != &other) {
      Drop();
      file_ = other.file_;
      other.file_ = nullptr;
    }
    return *this;
  }
  ~FileReference() { Drop(); }

  FileReference Share() const { return file_ == nullptr ? FileReference() : FileReference(*file_); }
  File* get() const { return file_; }
  File* operator->() const { return file_; }
  File& operator*() const { return *file_; }
  explicit operator bool() const { return file_ != nullptr; }

 private:
  void Drop() {
    if (file_ != nullptr && --file_->references_ == 0) ReleaseLast(*file_);
    file_ = nullptr;
  }
  static void ReleaseLast(File& file);

  File* file_ = nullptr;
};

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_DESCRIPTOR_FILE_H_
