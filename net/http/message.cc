#include "net/http/message.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace net::http {

std::string_view ReasonOf(Status status) {
  switch (status) {
    case Status::kContinue:
      return "Continue";
    case Status::kOk:
      return "OK";
    case Status::kCreated:
      return "Created";
    case Status::kNoContent:
      return "No Content";
    case Status::kPartialContent:
      return "Partial Content";
    case Status::kMovedPermanently:
      return "Moved Permanently";
    case Status::kFound:
      return "Found";
    case Status::kSeeOther:
      return "See Other";
    case Status::kNotModified:
      return "Not Modified";
    case Status::kBadRequest:
      return "Bad Request";
    case Status::kForbidden:
      return "Forbidden";
    case Status::kNotFound:
      return "Not Found";
    case Status::kMethodNotAllowed:
      return "Method Not Allowed";
    case Status::kRequestTimeout:
      return "Request Timeout";
    case Status::kConflict:
      return "Conflict";
    case Status::kPreconditionFailed:
      return "Precondition Failed";
    case Status::kContentTooLarge:
      return "Content Too Large";
    case Status::kUriTooLong:
      return "URI Too Long";
    case Status::kUnsupportedMediaType:
      return "Unsupported Media Type";
    case Status::kRangeNotSatisfiable:
      return "Range Not Satisfiable";
    case Status::kExpectationFailed:
      return "Expectation Failed";
    case Status::kTooManyRequests:
      return "Too Many Requests";
    case Status::kFieldsTooLarge:
      return "Request Header Fields Too Large";
    case Status::kInternalError:
      return "Internal Server Error";
    case Status::kNotImplemented:
      return "Not Implemented";
    case Status::kUnavailable:
      return "Service Unavailable";
    case Status::kVersionNotSupported:
      return "HTTP Version Not Supported";
    case Status::kNone:
      break;
  }
  return "Status";
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view NextElement(std::string_view& list) {
  const std::size_t size = std::min(list.find(','), list.size());
  const std::string_view element = list.substr(0, size);
  list.remove_prefix(std::min(size + 1, list.size()));
  return Trim(element);
}

}  // namespace net::http
