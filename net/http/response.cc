#include "net/http/response.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "net/http/message.h"

namespace net::http {
namespace {

// Text into room that was seen to be large enough for all of it.
class Writer {
 public:
  explicit Writer(char* at) : at_(at) {}

  template <std::size_t kEnd>
  Writer& operator<<(const char (&text)[kEnd]) {  // NOLINT(modernize-avoid-c-arrays): a literal
    __builtin_memcpy(at_, text, kEnd - 1);
    at_ += kEnd - 1;
    return *this;
  }
  Writer& operator<<(std::string_view text) {
    __builtin_memcpy(at_, text.data(), text.size());
    at_ += text.size();
    return *this;
  }
  Writer& operator<<(std::uint64_t number) {
    char* end = at_ + 1;
    for (std::uint64_t rest = number; rest > 9; rest /= 10) ++end;
    for (char* digit = end; digit != at_; number /= 10) *--digit = static_cast<char>('0' + number % 10);
    at_ = end;
    return *this;
  }
  char* at() const { return at_; }

 private:
  char* at_;
};

constexpr char kOk[] = "HTTP/1.1 200 OK\r\n";   // NOLINT(modernize-avoid-c-arrays): literals
constexpr char kDateName[] = "date: ";          // NOLINT(modernize-avoid-c-arrays)
constexpr char kTypeName[] = "content-type: ";  // NOLINT(modernize-avoid-c-arrays)
constexpr char kLineEnd[] = "\r\n";             // NOLINT(modernize-avoid-c-arrays)

// Bytes of a head at most.
std::size_t MostOfHead(const Response& response, std::string_view date) {
  constexpr std::size_t kWords = 192;  // what is not counted here: names, numbers, a reason
  constexpr std::size_t kBetween = 4;  // ": " and the line's end
  std::size_t most = kWords + date.size() + response.type().size();
  for (const Field& field : response.fields()) most += field.name.size() + field.value.size() + kBetween;
  return most;
}

}  // namespace

Response& Response::Add(std::string_view name, std::string_view value) {
  const bool is_field =
      !name.empty() && character::AreAll(name, character::kToken) && character::AreAll(value, character::kValue);
  if (!is_field || field_count_ == fields_.size()) return *this = Error(Status::kInternalError);
  std::construct_at(&fields_[field_count_++], name, value);
  return *this;
}

std::size_t WriteHead(const Response& response, Framing framing, Persistence persistence, std::string_view date,
                      std::span<char> to) {
  if (to.size() < MostOfHead(response, date)) return 0;
  Writer writer(to.data());
  if (response.status() == Status::kOk) {
    writer << kOk;
  } else {
    writer << "HTTP/1.1 " << static_cast<std::uint64_t>(response.status()) << " " << ReasonOf(response.status())
           << "\r\n";
  }
  if (!date.empty()) writer << kDateName << date << kLineEnd;
  if (!response.type().empty()) writer << kTypeName << response.type() << kLineEnd;
  for (const Field& field : response.fields()) writer << field.name << ": " << field.value << "\r\n";
  if (framing == Framing::kLength) {
    writer << "content-length: " << std::uint64_t{response.length()} << "\r\n";
  } else if (framing == Framing::kChunked) {
    writer << "transfer-encoding: chunked\r\n";
  }
  if (!persistence.keeps_alive) {
    writer << "connection: close\r\n";
  } else if (persistence.is_old) {
    writer << "connection: keep-alive\r\n";
  }
  writer << "\r\n";
  return static_cast<std::size_t>(writer.at() - to.data());
}

void KeptHead::Keep(const Response& response, Framing framing, Persistence persistence, std::string_view date,
                    kernel::Instant date_end, std::size_t size) {
  const auto size_of = [](const auto& literal) { return std::size(literal) - 1; };
  size_ = IsUsual(response, framing, persistence) ? size : 0;
  length_ = response.length();
  type_place_ = size_of(kOk) + size_of(kTypeName);
  if (!date.empty()) type_place_ += size_of(kDateName) + date.size() + size_of(kLineEnd);
  type_size_ = response.type().size();
  date_end_ = date_end;
}

}  // namespace net::http
