// An open node: a file, a directory or a device with a place in it.
#ifndef ENKEL_KERNEL_LIBC_FILES_NODE_FILE_H_
#define ENKEL_KERNEL_LIBC_FILES_NODE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/files/node.h"

namespace kernel::libc {

class NodeFile final : public File {
 public:
  NodeFile(Node& node, int flags) : File(flags, FileKind::kNode), node_(node) { node.Hold(); }

  // Null when no memory is left.
  static NodeFile* Make(Node& node, int flags);

  Node& node() const { return node_; }
  // A directory: the place of the entry that getdents64 gives next. 0 and 1 are "." and "..".
  std::uint64_t offset() const { return offset_; }
  void set_offset(std::uint64_t offset) { offset_ = offset; }

  long Read(Buffers& buffers) override;
  long Write(Buffers& buffers) override;
  long ReadAt(Buffers& buffers, std::int64_t offset) override;
  long WriteAt(Buffers& buffers, std::int64_t offset) override;
  long Seek(std::int64_t offset, int origin) override;
  long Truncate(std::int64_t size) override;
  long Describe(FileStatus& status) override;

 protected:
  void Release() override;

 private:
  Node& node_;
  std::uint64_t offset_ = 0;
};

// The open node behind a file; null for another kind of file.
NodeFile* NodeFileOf(const FileReference& file);

// Makes a regular file `size` bytes long. Errors: -EISDIR, -EINVAL, -EROFS, -EFBIG.
long Resize(Node& node, std::uint64_t size);

}  // namespace kernel::libc

#endif  // ENKEL_KERNEL_LIBC_FILES_NODE_FILE_H_
