#include "net/http/response.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "net/http/message.h"

namespace net::http {
namespace {

// Text at the end of a buffer; what does not fit makes it full for good.
class Writer {
 public:
  explicit Writer(std::span<char> to) : to_(to) {}

  Writer& operator<<(std::string_view text) {
    if (text.size() > to_.size() - used_) {
      is_full_ = true;
    } else {
      __builtin_memcpy(to_.data() + used_, text.data(), text.size());
      used_ += text.size();
    }
    return *this;
  }
  Writer& operator<<(std::uint64_t number) {
    std::array<char, 20> digits;
    std::size_t first = digits.size();
    do {
      digits[--first] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    return *this << std::string_view(&digits[first], digits.size() - first);
  }
  std::size_t size() const { return is_full_ ? 0 : used_; }

 private:
  std::span<char> to_;
  std::size_t used_ = 0;
  bool is_full_ = false;
};

}  // namespace

Response& Response::Add(std::string_view name, std::string_view value) {
  const bool is_field =
      !name.empty() && character::AreAll(name, character::kToken) && character::AreAll(value, character::kValue);
  if (!is_field || field_count_ == fields_.size()) return *this = Error(Status::kInternalError);
  fields_[field_count_++] = {name, value};
  return *this;
}

std::size_t WriteHead(const Response& response, Framing framing, const Persistence& persistence, std::string_view date,
                      std::span<char> to) {
  Writer writer(to);
  if (response.status() == Status::kOk) {
    writer << "HTTP/1.1 200 OK\r\n";
  } else {
    writer << "HTTP/1.1 " << static_cast<std::uint64_t>(response.status()) << " " << ReasonOf(response.status())
           << "\r\n";
  }
  if (!date.empty()) writer << "date: " << date << "\r\n";
  if (!response.type().empty()) writer << "content-type: " << response.type() << "\r\n";
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
  return writer.size();
}

}  // namespace net::http
