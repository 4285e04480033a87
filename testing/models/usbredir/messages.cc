#include "testing/models/usbredir/messages.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

namespace usbredir {

bool Reader::Add(std::span<const std::byte> bytes) {
  if (is_broken_) return false;
  if (taken_ > 0) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
  }
  waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
  return true;
}

std::optional<Message> Reader::Next() {
  if (is_broken_) return std::nullopt;
  const std::span<const std::byte> left = std::span<const std::byte>(waiting_).subspan(taken_);
  const std::size_t header = 8 + id_size_;
  if (left.size() < header) return std::nullopt;
  Fields fields(left);
  const auto type = static_cast<Type>(fields.U32());
  const std::size_t size = fields.U32();
  if (size > kLongestBody) {
    is_broken_ = true;
    waiting_.clear();
    taken_ = 0;
    return std::nullopt;
  }
  std::uint64_t id = fields.U32();
  if (id_size_ == 8) id |= std::uint64_t{fields.U32()} << 32;
  if (left.size() < header + size) return std::nullopt;
  const std::span<const std::byte> body = left.subspan(header, size);
  taken_ += header + size;
  return Message{.type = type, .id = id, .body = Bytes(body.begin(), body.end())};
}

Bytes Encode(const Message& message, bool are_ids_64_bits) {
  Builder builder;
  builder.U32(static_cast<std::uint32_t>(message.type)).U32(message.body.size()).U32(message.id);
  if (are_ids_64_bits) builder.U32(message.id >> 32);
  return builder.Append(message.body).Take();
}

std::uint64_t Fields::Take(std::size_t size) {
  if (left_.size() < size) {
    is_whole_ = false;
    left_ = {};
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<std::uint64_t>(left_[i]);
  left_ = left_.subspan(size);
  return value;
}

void Fields::Skip(std::size_t size) {
  if (left_.size() < size) is_whole_ = false;
  left_ = left_.subspan(left_.size() < size ? left_.size() : size);
}

}  // namespace usbredir
