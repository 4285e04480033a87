// An answer, as a handler makes it.
//
//   return Response::Text("hello\n");
//   return Response::Json(text).Add("cache-control", "no-store");
#ifndef ENKEL_NET_HTTP_RESPONSE_H_
#define ENKEL_NET_HTTP_RESPONSE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/time.h"
#include "net/http/message.h"

namespace net::http {

// Refers to texts and keeps none: what it refers to stays until it is sent. Constants do, and the request's own texts,
// and its room().
class Response {
 public:
  static constexpr std::size_t kMostFields = 8;

  explicit Response(Status status = Status::kNoContent) : status_(status) {}
  Response(Status status, std::string_view type, std::string_view body) : status_(status), type_(type), body_(body) {}

  static Response Text(std::string_view body) { return {Status::kOk, "text/plain; charset=utf-8", body}; }
  static Response Html(std::string_view body) { return {Status::kOk, "text/html; charset=utf-8", body}; }
  static Response Json(std::string_view body) { return {Status::kOk, "application/json", body}; }

  // The status in words, for people.
  static Response Error(Status status) { return {status, "text/plain; charset=utf-8", ReasonOf(status)}; }
  static Response Redirect(std::string_view location, Status status = Status::kFound) {
    return Response(status).Add("location", location);
  }

  // Another field. One that a field cannot be (a line's end in a value that came from somewhere, above all) makes the
  // whole an internal error: nobody puts fields of his own into an answer. What the server itself says (the length, the
  // date, the connection's fate) is not to be said here.
  Response& Add(std::string_view name, std::string_view value);

  Response& SetStatus(Status status) {
    status_ = status;
    return *this;
  }

  // A body of which only the head will be sent, or whose bytes are sent otherwise.
  Response& SetLength(std::size_t size) {
    length_ = size;
    return *this;
  }

  Status status() const { return status_; }
  std::string_view type() const { return type_; }  // empty: not said
  std::string_view body() const { return body_; }
  std::size_t length() const { return length_.value_or(body_.size()); }
  bool has_length() const { return length_.has_value(); }
  std::span<const Field> fields() const { return std::span(fields_).first(field_count_); }

 private:
  Status status_;
  std::string_view type_;
  std::string_view body_;
  std::optional<std::size_t> length_;
  std::size_t field_count_ = 0;
  // The first field_count_; the others are not made, which would be most of what a response costs.
  union {
    std::array<Field, kMostFields> fields_;
  };
};

// How the connection goes on, for the head.
struct Persistence {
  bool keeps_alive = true;
  bool is_old = false;  // HTTP/1.0, which has to be told of what it asked for
};

// How long the body of an answer is: so many bytes, or until its last chunk, or until the connection ends; or there is
// nothing to say of it.
enum class Framing : std::uint8_t { kLength, kChunked, kUntilClose, kNone };

// Writes the head of an answer to `to`; `date` as [RFC9110] 5.6.7, empty: none. Returns its bytes; 0: they might not
// fit, of which a head of 192 bytes and its fields, type and date is sure.
std::size_t WriteHead(const Response& response, Framing framing, Persistence persistence, std::string_view date,
                      std::span<char> to);

// The head of the last usual answer, where it was written: one that says the same need not be written again. Usual is
// what nearly all are: 200, no fields of the handler's own, a length, and the connection goes on.
class KeptHead {
 public:
  // Bytes of the head at `at`, where it was kept, if WriteHead would write the same; else 0. `date_end`: until when the
  // date is the same.
  [[gnu::always_inline]] std::size_t Find(const Response& response, Framing framing, Persistence persistence,
                                          kernel::Instant date_end, const char* at) const {
    if (size_ == 0 || length_ != response.length() || date_end_ != date_end) return 0;
    if (!IsUsual(response, framing, persistence)) return 0;
    return character::AreEqual({at + type_place_, type_size_}, response.type()) ? size_ : 0;
  }

  // `size` bytes were written that stay where they are, until Forget.
  void Keep(const Response& response, Framing framing, Persistence persistence, std::string_view date,
            kernel::Instant date_end, std::size_t size);
  void Forget() { size_ = 0; }

 private:
  static bool IsUsual(const Response& response, Framing framing, Persistence persistence) {
    return response.status() == Status::kOk && response.fields().empty() && framing == Framing::kLength &&
           persistence.keeps_alive && !persistence.is_old;
  }

  std::size_t size_ = 0;  // bytes; 0: none is kept
  std::size_t length_ = 0;
  std::size_t type_place_ = 0;  // bytes from the head's start
  std::size_t type_size_ = 0;
  kernel::Instant date_end_;
};

// Whether an answer of this status has no body, whatever it is to. [RFC9110] 6.4.1
constexpr bool HasNoBody(Status status) {
  return status < Status::kOk || status == Status::kNoContent || status == Status::kNotModified;
}

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_RESPONSE_H_
