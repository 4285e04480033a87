// The body of a message, told from the bytes after its head by the head's framing. [RFC9112] 6
#ifndef ENKEL_NET_HTTP_BODY_H_
#define ENKEL_NET_HTTP_BODY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/result.h"
#include "net/http/chunked.h"

namespace net::http {

class BodyReader {
 public:
  BodyReader() = default;  // of a message without a body

  static BodyReader OfLength(std::uint64_t length) {
    BodyReader body;
    body.left_ = length;
    body.is_done_ = length == 0;
    return body;
  }
  static BodyReader OfChunks(std::uint64_t limit) {
    BodyReader body;
    body.left_ = limit;
    body.is_chunked_ = true;
    body.is_done_ = false;
    return body;
  }

  bool is_done() const { return is_done_; }

  // Bytes that may still come, at least; of chunks nobody knows.
  std::uint64_t left() const { return is_chunked_ ? 0 : left_; }

  struct Step {
    std::size_t framing = 0;  // bytes at the front that are not of the body
    std::size_t body = 0;     // bytes after them that are
  };

  // Takes as much of the front of `bytes` as is of one piece. Errors: kMalformed; kTooLong (more than the limit).
  kernel::Result<Step> Take(std::string_view bytes) {
    Step step;
    if (!is_chunked_) {
      step.body = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    } else {
      const kernel::Result<std::size_t> framing = decoder_.TakeFraming(bytes);
      if (!framing) return kernel::Fail(framing.error());
      step.framing = *framing;
      if (decoder_.available() > left_) return kernel::Fail(kernel::Error::kTooLong);
      step.body = static_cast<std::size_t>(std::min<std::uint64_t>(decoder_.available(), bytes.size() - *framing));
      decoder_.TakeBody(step.body);
    }
    left_ -= step.body;
    is_done_ = is_chunked_ ? decoder_.is_done() : left_ == 0;
    return step;
  }

 private:
  std::uint64_t left_ = 0;  // of a length; of chunks, what the limit leaves
  bool is_chunked_ = false;
  bool is_done_ = true;
  ChunkedDecoder decoder_;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_BODY_H_
