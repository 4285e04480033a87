#include "kernel/boot/device_tree/device_tree.h"

#include <bit>
#include <cstring>

#include "kernel/base/address.h"

namespace kernel::boot {
namespace {

constexpr std::size_t kCell = 4;  // bytes

// struct fdt_header, byte offsets. [DTSpec] 5.2
constexpr std::size_t kMagic = 0, kTotalSize = 4, kOffStruct = 8, kOffStrings = 12, kOffReservations = 16;
constexpr std::size_t kVersion = 20, kLastCompatibleVersion = 24, kSizeStrings = 32, kSizeStruct = 36;
constexpr std::uint32_t kMagicValue = 0xd00dfeed;
constexpr std::uint32_t kOurVersion = 17;

// [DTSpec] 5.4.1
enum Token : std::uint32_t { kBeginNode = 1, kEndNode = 2, kProperty = 3, kNop = 4, kEnd = 9 };

std::string_view AsText(const std::byte* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// The bytes [offset, offset + size) of the tree.
Result<std::span<const std::byte>> Block(std::span<const std::byte> tree, std::uint32_t offset, std::uint32_t size) {
  if (offset < DeviceTree::kHeaderSize || offset > tree.size() || size > tree.size() - offset) {
    return Fail(Error::kMalformed);
  }
  return tree.subspan(offset, size);
}

// One of the four bytes is zero.
constexpr bool HasZeroByte(std::uint32_t word) { return ((word - 0x01010101) & ~word & 0x80808080) != 0; }

// Goes through the structure block cell by cell and never beyond its end.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> block) : at_(block.data()), end_(block.data() + block.size()) {}

  std::size_t bytes_left() const { return static_cast<std::size_t>(end_ - at_); }  // a multiple of kCell

  // The next cell. There must be one.
  std::uint32_t Take() {
    at_ += kCell;
    return BigEndian32(at_ - kCell);
  }

  // The next `size` bytes; goes on at the cell after them. Nothing when the block is shorter.
  std::optional<std::span<const std::byte>> TakeBytes(std::size_t size) {
    if (size > bytes_left()) return std::nullopt;
    const std::byte* start = at_;
    at_ += RoundUp(size, kCell);
    return std::span(start, size);
  }

  // Goes on at the cell after the zero-terminated string that starts here. False when it does not end.
  bool SkipText() {
    while (at_ != end_) {
      std::uint32_t word;
      std::memcpy(&word, at_, kCell);
      at_ += kCell;
      if (HasZeroByte(word)) return true;
    }
    return false;
  }

  // As SkipText, and gives the string.
  std::optional<std::string_view> TakeText() {
    const std::byte* start = at_;
    if (!SkipText()) return std::nullopt;
    const std::byte* end = at_ - kCell;
    while (*end != std::byte{0}) ++end;
    return AsText(start, static_cast<std::size_t>(end - start));
  }

  // From within a node of depth `depth` to behind its end. Most of a tree is passed over here: a tight loop.
  Result<void> SkipNode(int depth) {
    const int depth_above = depth - 1;
    while (bytes_left() >= kCell) {
      switch (Take()) {
        case kProperty: {
          if (bytes_left() < 2 * kCell) return Fail(Error::kMalformed);
          const std::uint32_t size = Take();
          at_ += kCell;
          if (!TakeBytes(size)) return Fail(Error::kMalformed);
          break;
        }
        case kBeginNode:
          if (!SkipText() || ++depth == DeviceTree::kMaximumDepth) return Fail(Error::kMalformed);
          break;
        case kEndNode:
          if (--depth == depth_above) return {};
          break;
        case kNop:
          break;
        default:
          return Fail(Error::kMalformed);
      }
    }
    return Fail(Error::kMalformed);
  }

 private:
  const std::byte* at_;
  const std::byte* end_;
};

}  // namespace

std::uint32_t BigEndian32(const std::byte* bytes) {
  std::uint32_t value;
  std::memcpy(&value, bytes, sizeof(value));
  return std::endian::native == std::endian::little ? std::byteswap(value) : value;
}

std::uint64_t BigEndian64(const std::byte* bytes) {
  return std::uint64_t{BigEndian32(bytes)} << 32 | BigEndian32(bytes + kCell);
}

std::optional<std::uint64_t> DeviceTreeProperty::AsNumber() const {
  if (value_.size() == kCell) return BigEndian32(value_.data());
  if (value_.size() == 2 * kCell) return BigEndian64(value_.data());
  return std::nullopt;
}

bool DeviceTreeProperty::Equals(std::string_view text) const {
  return value_.size() == text.size() + 1 && value_.back() == std::byte{0} &&
         AsText(value_.data(), text.size()) == text;
}

Result<std::uint32_t> DeviceTree::TotalSize(std::span<const std::byte, kHeaderSize> header) {
  if (BigEndian32(&header[kMagic]) != kMagicValue) return Fail(Error::kNotFound);
  const std::uint32_t size = BigEndian32(&header[kTotalSize]);
  if (size < kHeaderSize) return Fail(Error::kMalformed);
  return size;
}

Result<DeviceTree> DeviceTree::Open(std::span<const std::byte> tree) {
  if (tree.size() < kHeaderSize) return Fail(Error::kNotFound);
  const Result<std::uint32_t> size = TotalSize(tree.first<kHeaderSize>());
  if (!size) return Fail(size.error());
  if (*size > tree.size()) return Fail(Error::kMalformed);
  tree = tree.first(*size);

  const auto field = [tree](std::size_t offset) { return BigEndian32(&tree[offset]); };
  if (field(kVersion) < kOurVersion || field(kLastCompatibleVersion) > kOurVersion) return Fail(Error::kUnsupported);
  if (field(kOffStruct) % kCell != 0 || field(kSizeStruct) % kCell != 0) return Fail(Error::kMalformed);

  const auto structure = Block(tree, field(kOffStruct), field(kSizeStruct));
  const auto strings = Block(tree, field(kOffStrings), field(kSizeStrings));
  const auto reservations = Block(tree, field(kOffReservations), 0);
  if (!structure || !strings || !reservations) return Fail(Error::kMalformed);
  return DeviceTree(*structure, *strings, tree.subspan(field(kOffReservations)));
}

Result<std::string_view> DeviceTree::NameAt(std::uint32_t offset) const {
  if (offset >= strings_.size()) return Fail(Error::kMalformed);
  // A name has a few bytes: memchr would cost more than it saves.
  for (std::size_t end = offset; end != strings_.size(); ++end) {
    if (strings_[end] == std::byte{0}) return AsText(&strings_[offset], end - offset);
  }
  return Fail(Error::kMalformed);
}

Result<void> DeviceTree::Walk(DeviceTreeVisitor& visitor) const {
  Cursor cursor(structure_);
  int depth = -1;  // of the node we are in
  bool has_root = false;

  while (cursor.bytes_left() >= kCell) {
    switch (cursor.Take()) {
      case kProperty: {
        if (depth < 0 || cursor.bytes_left() < 2 * kCell) return Fail(Error::kMalformed);
        const std::uint32_t size = cursor.Take();
        const Result<std::string_view> name = NameAt(cursor.Take());
        if (!name) return Fail(name.error());
        const auto value = cursor.TakeBytes(size);
        if (!value) return Fail(Error::kMalformed);
        visitor.Property(depth, DeviceTreeProperty(*name, *value));
        break;
      }
      case kBeginNode: {
        const std::optional<std::string_view> name = cursor.TakeText();
        if (!name || (depth < 0 && has_root) || ++depth == kMaximumDepth) return Fail(Error::kMalformed);
        has_root = true;
        const DeviceTreeVisitor::Next next = visitor.BeginNode(depth, *name);
        if (next == DeviceTreeVisitor::Next::kStop) return {};
        if (next == DeviceTreeVisitor::Next::kPast) {
          if (Result<void> skipped = cursor.SkipNode(depth); !skipped) return skipped;
          --depth;
        }
        break;
      }
      case kEndNode:
        if (depth < 0) return Fail(Error::kMalformed);
        visitor.EndNode(depth);
        --depth;
        break;
      case kNop:
        break;
      case kEnd:
        if (depth >= 0 || !has_root) return Fail(Error::kMalformed);
        return {};
      default:
        return Fail(Error::kMalformed);
    }
  }
  return Fail(Error::kMalformed);
}

Result<std::optional<DeviceTreeReservation>> DeviceTree::Reservation(std::size_t index) const {
  constexpr std::size_t kEntry = 16;  // bytes
  if (index >= reservations_.size() / kEntry) return Fail(Error::kMalformed);
  const std::byte* entry = reservations_.data() + index * kEntry;
  const DeviceTreeReservation reservation = {BigEndian64(entry), BigEndian64(entry + kEntry / 2)};
  if (reservation.address == 0 && reservation.size == 0) return std::nullopt;
  return reservation;
}

}  // namespace kernel::boot
