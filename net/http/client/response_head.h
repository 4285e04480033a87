// The head of an answer: its line and its fields, from bytes that a server sent. As strict as the server's own parser
// (net/http/request_head.h): whoever sits between may read it otherwise.
#ifndef ENKEL_NET_HTTP_CLIENT_RESPONSE_HEAD_H_
#define ENKEL_NET_HTTP_CLIENT_RESPONSE_HEAD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "net/http/message.h"

namespace net::http {

// Its texts are places in the bytes that were parsed, which stay where they are.
class ResponseHead {
 public:
  static constexpr std::size_t kMostFields = 64;

  Status status() const { return status_; }  // of 100 to 599, also one that has no name here
  unsigned minor_version() const { return minor_version_; }
  std::string_view reason() const { return reason_; }  // for people, if at all

  bool keeps_alive() const { return keeps_alive_; }                                // the server takes another request
  bool is_chunked() const { return is_chunked_; }                                  // the body; else
  std::optional<std::uint64_t> content_length() const { return content_length_; }  // bytes of it; else it ends with all

  std::span<const Field> fields() const { return std::span(fields_).first(field_count_); }

  // The value of the first field of this name, which is written without capitals; empty where there is none.
  std::string_view Find(std::string_view lower_name) const;

 private:
  friend class ResponseHeadParser;

  Status status_ = Status::kNone;
  std::uint8_t minor_version_ = 1;
  bool keeps_alive_ = false;
  bool is_chunked_ = false;
  std::optional<std::uint64_t> content_length_;
  std::string_view reason_;
  std::size_t field_count_ = 0;
  std::array<Field, kMostFields> fields_;  // the first field_count_
};

// Parses the head at the front of `bytes`; returns how many bytes it has, 0: it is not whole yet. Errors: kMalformed
// (against the grammar, or a body of two lengths), kUnsupported (another HTTP, or a transfer coding other than
// chunked), kTooLong (too many fields). [RFC9112] 4, 5, 6
kernel::Result<std::size_t> ParseResponseHead(std::string_view bytes, ResponseHead& head);

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_CLIENT_RESPONSE_HEAD_H_
