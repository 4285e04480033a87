#include "kernel/libc/files/node_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/libc/descriptor/buffers.h"
#include "kernel/libc/descriptor/file.h"
#include "kernel/libc/descriptor/pool.h"
#include "kernel/libc/files/node.h"
#include "kernel/libc/files/pages.h"
#include "kernel/random/random.h"

namespace kernel::libc {
namespace {

constinit Pool<NodeFile> open_nodes;

long ReadDevice(Device device, Buffers& buffers) {
  switch (device) {
    case Device::kNull:
      return 0;
    case Device::kRandom:
      return static_cast<long>(buffers.Take(buffers.size(), [](std::span<std::byte> piece) { random::Fill(piece); }));
    default:
      return static_cast<long>(buffers.Take(
          buffers.size(), [](std::span<std::byte> piece) { __builtin_memset(piece.data(), 0, piece.size()); }));
  }
}

// What is written to a device goes nowhere; to the random one too, whose sources are its own.
long WriteDevice(Device device, Buffers& buffers) {
  if (device == Device::kFull) return -ENOSPC;
  return static_cast<long>(buffers.Take(buffers.size(), [](std::span<std::byte>) {}));
}

long ReadBytes(Node& node, Buffers& buffers, std::uint64_t offset) {
  const std::uint64_t size = node.kind == NodeKind::kEmbedded ? node.image.size() : node.size;
  if (offset >= size) return 0;
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffers.size(), size - offset));
  node.accessed = FileTime();
  return static_cast<long>(buffers.Take(count, [&node, &offset](std::span<std::byte> piece) {
    if (node.kind == NodeKind::kEmbedded) {
      __builtin_memcpy(piece.data(), node.image.data() + offset, piece.size());
    } else {
      node.pages.Read(offset, piece.data(), piece.size());
    }
    offset += piece.size();
  }));
}

long WriteBytes(Node& node, Buffers& buffers, std::uint64_t offset) {
  if (buffers.size() == 0) return 0;
  if (offset >= FilePages::kLargest) return -EFBIG;
  std::uint64_t end = offset;
  while (buffers.size() != 0) {
    const std::span<std::byte> piece = buffers.Front();
    const std::size_t written = node.pages.Write(end, piece.data(), piece.size());
    buffers.Advance(written);
    end += written;
    if (written != piece.size()) break;
  }
  if (end == offset) return -ENOSPC;
  node.size = std::max(node.size, end);
  node.modified = node.changed = FileTime();
  return static_cast<long>(end - offset);
}

}  // namespace

NodeFile* NodeFile::Make(Node& node, int flags) { return open_nodes.New(node, flags); }

void NodeFile::Release() {
  Node& node = node_;
  open_nodes.Delete(*this);
  node.Drop();
}

NodeFile* NodeFileOf(const FileReference& file) {
  return file->kind() == FileKind::kNode ? static_cast<NodeFile*>(file.get()) : nullptr;
}

long NodeFile::Read(Buffers& buffers) {
  const long count = ReadAt(buffers, static_cast<std::int64_t>(offset_));
  if (count > 0) offset_ += static_cast<std::uint64_t>(count);
  return count;
}

long NodeFile::Write(Buffers& buffers) {
  if ((flags() & O_APPEND) != 0) offset_ = node_.size;
  const long count = WriteAt(buffers, static_cast<std::int64_t>(offset_));
  if (count > 0) offset_ += static_cast<std::uint64_t>(count);
  return count;
}

long NodeFile::ReadAt(Buffers& buffers, std::int64_t offset) {
  if (offset < 0) return -EINVAL;
  if (node_.IsDirectory()) return -EISDIR;
  if (node_.kind == NodeKind::kDevice) return ReadDevice(node_.device, buffers);
  return ReadBytes(node_, buffers, static_cast<std::uint64_t>(offset));
}

long NodeFile::WriteAt(Buffers& buffers, std::int64_t offset) {
  if (offset < 0) return -EINVAL;
  if (node_.kind == NodeKind::kDevice) return WriteDevice(node_.device, buffers);
  return WriteBytes(node_, buffers, static_cast<std::uint64_t>(offset));
}

long NodeFile::Seek(std::int64_t offset, int origin) {
  FileStatus status;
  node_.Describe(status);
  std::int64_t base = 0;
  switch (origin) {
    case SEEK_SET:
      break;
    case SEEK_CUR:
      base = static_cast<std::int64_t>(offset_);
      break;
    case SEEK_END:
      base = status.size;
      break;
    default:
      return -EINVAL;
  }
  std::int64_t place = 0;
  if (__builtin_add_overflow(base, offset, &place)) return -EOVERFLOW;
  if (place < 0) return -EINVAL;
  offset_ = static_cast<std::uint64_t>(place);
  return place;
}

long Resize(Node& node, std::uint64_t size) {
  if (node.IsDirectory()) return -EISDIR;
  if (node.kind == NodeKind::kEmbedded) return -EROFS;
  if (node.kind != NodeKind::kRegular) return -EINVAL;
  if (size > FilePages::kLargest) return -EFBIG;
  if (size < node.size) node.pages.Cut(size);
  node.size = size;
  node.modified = node.changed = FileTime();
  return 0;
}

long NodeFile::Truncate(std::int64_t size) { return Resize(node_, static_cast<std::uint64_t>(size)); }

long NodeFile::Describe(FileStatus& status) {
  node_.Describe(status);
  return 0;
}

}  // namespace kernel::libc
