// A request, as a handler sees it.
#ifndef ENKEL_NET_HTTP_REQUEST_H_
#define ENKEL_NET_HTTP_REQUEST_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "net/http/message.h"
#include "net/http/request_head.h"
#include "net/wire/address.h"

namespace net::http {

// Its texts are those of the client, checked for form and no more; they stay until the answer is sent.
class Request {
 public:
  explicit Request(const RequestHead& head) : head_(head) {}
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  Method method() const { return head_.method(); }
  std::string_view path() const { return head_.path(); }    // as it was sent, with its percents
  std::string_view query() const { return head_.query(); }  // behind the '?'
  std::string_view host() const { return head_.host(); }
  const RequestHead& head() const { return head_; }
  const Endpoint& remote() const { return remote_; }

  // The value of a field by its name without capitals; empty where there is none.
  std::string_view Find(std::string_view lower_name) const { return head_.Find(lower_name); }

  // What stands in the path where the route says {name}; empty where it does not.
  std::string_view Parameter(std::string_view name) const;

  // The body: all of it for a handler that returns its response; a handler with an Exchange reads it there.
  std::string_view body() const { return body_; }

  // For a text that is made for this answer: a response may refer to it.
  std::span<char> room() const { return room_; }

 private:
  friend class Connection;
  const RequestHead& head_;
  std::span<char> room_;
  Endpoint remote_;
  std::string_view pattern_;
  std::string_view body_;
};

// Writes `text` without its percents to `to`, which may be where it stands; what it is then. Errors: kMalformed (a
// percent without two digits), kTooLong. [RFC3986] 2.1
kernel::Result<std::string_view> DecodePercents(std::string_view text, std::span<char> to);

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_REQUEST_H_
