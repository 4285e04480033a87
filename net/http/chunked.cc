#include "net/http/chunked.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernel/base/check.h"
#include "kernel/base/result.h"
#include "net/http/message.h"

namespace net::http {
namespace {

// The value of a hexadecimal digit; -1 for anything else.
int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = character::Lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

kernel::Result<std::size_t> ChunkedDecoder::TakeFraming(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && state_ != State::kData && state_ != State::kDone) {
    if (!Take(bytes[taken])) return kernel::Fail(kernel::Error::kMalformed);
    ++taken;
  }
  return taken;
}

void ChunkedDecoder::TakeBody(std::uint64_t count) {
  CHECK(count <= available());
  left_ -= count;
  if (left_ == 0 && state_ == State::kData) state_ = State::kDataReturn;
}

bool ChunkedDecoder::Expect(char c, char expected, State next) {
  if (c != expected) return false;
  state_ = next;
  return true;
}

// A byte of what is dropped: anything that a field may hold, up to the end of its line.
bool ChunkedDecoder::Pass(char c, State at_return) {
  if (c == '\r') {
    state_ = at_return;
    return true;
  }
  return character::Is(c, character::kValue) && ++overhead_ <= kMostOverhead;
}

bool ChunkedDecoder::TakeDigit(char c) {
  const int digit = DigitOf(c);
  if (digit < 0 || left_ >> 56 != 0) return false;
  left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
  state_ = State::kDigits;
  return true;
}

bool ChunkedDecoder::Take(char c) {
  switch (state_) {
    case State::kFirstDigit:
      left_ = 0;
      return TakeDigit(c);
    case State::kDigits:
      if (c == '\r') return Expect(c, '\r', State::kSizeLineFeed);
      if (c == ';') return Expect(c, ';', State::kExtension);
      return TakeDigit(c);
    case State::kExtension:
      return Pass(c, State::kSizeLineFeed);
    case State::kSizeLineFeed:
      return Expect(c, '\n', left_ == 0 ? State::kTrailerStart : State::kData);
    case State::kDataReturn:
      return Expect(c, '\r', State::kDataLineFeed);
    case State::kDataLineFeed:
      return Expect(c, '\n', State::kFirstDigit);
    case State::kTrailerStart:
      if (c == '\r') return Expect(c, '\r', State::kLastLineFeed);
      state_ = State::kTrailer;
      return character::Is(c, character::kToken) && Pass(c, State::kTrailerLineFeed);
    case State::kTrailer:
      return Pass(c, State::kTrailerLineFeed);
    case State::kTrailerLineFeed:
      return Expect(c, '\n', State::kTrailerStart);
    case State::kLastLineFeed:
      return Expect(c, '\n', State::kDone);
    case State::kData:
    case State::kDone:
      break;
  }
  return false;
}

}  // namespace net::http
