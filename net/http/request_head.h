// The head of a request: its line and its fields, from bytes that a stranger sent.
//
// Strict, because whatever two parsers read differently is a way to smuggle a request past one of them: lines end with
// CRLF and nothing else, no line is folded, a name touches its colon, one Host, one length of the body. [RFC9112] 11.2
#ifndef ENKEL_NET_HTTP_REQUEST_HEAD_H_
#define ENKEL_NET_HTTP_REQUEST_HEAD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/http/message.h"

namespace net::http {

// Places in the bytes that were parsed, which stay where they are; or move, and MoveTo says where.
class RequestHead {
 public:
  static constexpr std::size_t kMostFields = 64;
  static constexpr std::size_t kMostBytes = 65535;

  Method method() const { return method_; }
  std::string_view method_name() const { return At(method_text_); }
  std::string_view path() const { return At(path_); }    // as it was sent, "/" at least; "*": the server as a whole
  std::string_view query() const { return At(query_); }  // behind the '?'
  std::string_view host() const { return At(host_); }    // with its port, if any
  unsigned minor_version() const { return minor_version_; }

  bool keeps_alive() const { return keeps_alive_; }            // the client wants to ask more. [RFC9112] 9.3
  bool expects_continue() const { return expects_continue_; }  // [RFC9110] 10.1.1
  bool has_other_expectation() const { return has_other_expectation_; }
  bool is_chunked() const { return is_chunked_; }                   // the body; else
  std::uint64_t content_length() const { return content_length_; }  // bytes of it

  std::size_t field_count() const { return field_count_; }
  Field field(std::size_t index) const { return {At(fields_[index].name), At(fields_[index].value)}; }

  // The value of the first field of this name, which is written without capitals; empty where there is none.
  std::string_view Find(std::string_view lower_name) const;

  // The bytes lie there now.
  void MoveTo(const char* base) { base_ = base; }

 private:
  friend class HeadParser;
  struct Place {
    std::uint16_t begin = 0;
    std::uint16_t size = 0;
  };
  struct FieldPlace {
    Place name;
    Place value;
  };

  std::string_view At(Place place) const { return {base_ + place.begin, place.size}; }

  const char* base_ = nullptr;
  Place method_text_;
  Place path_;
  Place query_;
  Place host_;
  Method method_ = Method::kOther;
  std::uint8_t minor_version_ = 1;
  bool keeps_alive_ = false;
  bool expects_continue_ = false;
  bool has_other_expectation_ = false;
  bool is_chunked_ = false;
  std::uint64_t content_length_ = 0;
  std::size_t field_count_ = 0;
  std::array<FieldPlace, kMostFields> fields_;  // the first field_count_
};

// What became of bytes that begin with a head.
struct HeadResult {
  std::size_t size = 0;            // bytes of the head, its empty line included; 0: it is not whole yet, or refused
  Status refusal = Status::kNone;  // else: what to answer; nothing more of this connection can be understood
};

// Parses the head at the front of `bytes`, RequestHead::kMostBytes at most. Refused with 400: what does not follow the
// grammar, or can be read in two ways. 431: too many fields. 501: a transfer coding that nobody here knows. 505:
// another HTTP. Empty lines before it are dropped. [RFC9112] 2.2, 3, 5, 6
HeadResult ParseRequestHead(std::string_view bytes, RequestHead& head);

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_REQUEST_HEAD_H_
