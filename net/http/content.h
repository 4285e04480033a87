// Content that was made part of the image at build time (//toolchain:http_content.bzl), as answers.
//
//   #include "apps/http/pages.h"
//   server.Get("/*", http::ContentHandler(content::pages));
#ifndef ENKEL_NET_HTTP_CONTENT_H_
#define ENKEL_NET_HTTP_CONTENT_H_

#include <span>
#include <string_view>

#include "net/http/request.h"
#include "net/http/response.h"

namespace net::http {

// The bytes as they are or compressed, each with its own entity tag: they are different representations.
struct ContentFile {
  std::string_view path;  // "/index.html"
  std::string_view type;
  std::string_view bytes;
  std::string_view tag;   // "\"0123456789abcdef\""
  std::string_view gzip;  // empty: compressing gains nothing
  std::string_view gzip_tag;
  std::string_view modified = {};  // "Sun, 06 Nov 1994 08:49:37 GMT": since then it is as it is; empty: nobody knows
};

// The answer to a request for this file: conditions, ranges and the coding that the client takes. One range is given as
// a part; whoever asks for several is given the whole, as [RFC9110] 14.2 leaves open: no client needs more than one,
// and many small ones are a way to make a server work. If-Range counts by entity tag; with a date, which is no strong
// validator, it means the whole. [RFC9110] 13.1.5, 13.2.2
Response AnswerWith(const ContentFile& file, const Request& request);

// A handler for all files of a library; a path that ends with a slash is its index.html.
class ContentHandler {
 public:
  // `files` are sorted by their paths, and stay for ever.
  explicit ContentHandler(std::span<const ContentFile> files) : files_(files) {}
  Response operator()(const Request& request) const;

 private:
  std::span<const ContentFile> files_;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_CONTENT_H_
