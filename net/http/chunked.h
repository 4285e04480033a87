// The chunked transfer coding, as it comes. [RFC9112] 7.1
#ifndef ENKEL_NET_HTTP_CHUNKED_H_
#define ENKEL_NET_HTTP_CHUNKED_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/result.h"

namespace net::http {

// Tells the framing of a body from its bytes, in whatever pieces they come. Extensions and trailers are checked for
// form, and dropped.
//
//   for (;;) {
//     bytes.remove_prefix(*decoder.TakeFraming(bytes));      // then up to available() bytes are of the body:
//     decoder.TakeBody(count);                               // for those that were there
//   }                                                        // until is_done()
class ChunkedDecoder {
 public:
  static constexpr std::size_t kMostOverhead = 4096;  // bytes of extensions, and of trailers, in one body

  // Takes framing off the front; returns how many bytes of it there were. Errors: kMalformed.
  kernel::Result<std::size_t> TakeFraming(std::string_view bytes);

  std::uint64_t available() const { return state_ == State::kData ? left_ : 0; }  // bytes of the body that follow
  void TakeBody(std::uint64_t count);                                             // at most available()
  bool is_done() const { return state_ == State::kDone; }

 private:
  enum class State : std::uint8_t {
    kFirstDigit,
    kDigits,
    kExtension,
    kSizeLineFeed,
    kData,
    kDataReturn,
    kDataLineFeed,
    kTrailerStart,
    kTrailer,
    kTrailerLineFeed,
    kLastLineFeed,
    kDone,
  };

  bool Take(char c);  // false: malformed
  bool TakeDigit(char c);
  bool Expect(char c, char expected, State next);
  bool Pass(char c, State at_return);

  State state_ = State::kFirstDigit;
  std::uint64_t left_ = 0;
  std::size_t overhead_ = 0;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_CHUNKED_H_
