#include "net/http/content.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/text.h"
#include "net/http/conditional.h"
#include "net/http/date.h"
#include "net/http/message.h"
#include "net/http/request.h"
#include "net/http/response.h"

namespace net::http {
namespace {

constexpr std::size_t kMostPath = 512;

// Whether the file was the same at `date` already, the value of a condition. Nothing: there is no such condition, which
// is also what a date that is none means. [RFC9110] 13.1.3, 13.1.4
std::optional<bool> WasSameAt(std::string_view date, const ContentFile& file) {
  if (date.empty() || file.modified.empty()) return std::nullopt;
  if (date == file.modified) return true;
  const std::optional<std::int64_t> then = ParseDate(date);
  const std::optional<std::int64_t> modified = ParseDate(file.modified);
  if (!then || !modified) return std::nullopt;
  return *modified <= *then;
}

// Whether the client said for which state of the file it asks, and this is another one. [RFC9110] 13.2.2 steps 1 and 2
bool IsPreconditionFailed(const ContentFile& file, const Request& request) {
  const std::string_view required = request.Find("if-match");
  if (required.empty()) return !WasSameAt(request.Find("if-unmodified-since"), file).value_or(true);
  return !HasTagStrongly(required, file.tag) && !HasTagStrongly(required, file.gzip_tag);
}

// Whether the client has it already; a date counts only where no tag is said. [RFC9110] 13.2.2 steps 3 and 4
bool HasAlready(const ContentFile& file, std::string_view tag, const Request& request) {
  const std::string_view had = request.Find("if-none-match");
  if (!had.empty()) return HasTagWeakly(had, tag);
  const std::string_view date = request.Find("if-modified-since");
  return !date.empty() && WasSameAt(date, file).value_or(false);
}

// Part of `whole`, or all of it, as the request's Range says.
Response AnswerInRange(const Request& request, std::string_view type, std::string_view whole, std::string_view tag) {
  ByteRange range;
  const std::string_view wanted = request.method() == Method::kGet ? request.Find("range") : std::string_view();
  const std::string_view only_if = request.Find("if-range");
  const bool may_divide = only_if.empty() || only_if == tag;
  const RangeVerdict verdict =
      wanted.empty() || !may_divide ? RangeVerdict::kWhole : ParseRange(wanted, whole.size(), range);
  if (verdict == RangeVerdict::kWhole) return {Status::kOk, type, whole};
  kernel::TextWriter writer(request.room());
  if (verdict == RangeVerdict::kUnsatisfiable) {
    writer << "bytes */" << whole.size();
    return Response::Error(Status::kRangeNotSatisfiable).Add("content-range", writer.text());
  }
  writer << "bytes " << range.first << "-" << range.first + range.size - 1 << "/" << whole.size();
  Response part(Status::kPartialContent, type, whole.substr(range.first, range.size));
  return part.Add("content-range", writer.text());
}

}  // namespace

Response AnswerWith(const ContentFile& file, const Request& request) {
  const bool is_coded = !file.gzip.empty() && MayUseCoding(request.Find("accept-encoding"), "gzip");
  const std::string_view tag = is_coded ? file.gzip_tag : file.tag;
  if (IsPreconditionFailed(file, request)) return Response::Error(Status::kPreconditionFailed);
  Response response(Status::kNotModified);
  if (!HasAlready(file, tag, request)) {
    response = AnswerInRange(request, file.type, is_coded ? file.gzip : file.bytes, tag);
    if (response.status() == Status::kRangeNotSatisfiable) return response;
    if (is_coded) response.Add("content-encoding", "gzip");
    response.Add("accept-ranges", "bytes");
  }
  // Whoever keeps it asks again, and hears in one packet that nothing has changed.
  response.Add("etag", tag).Add("cache-control", "no-cache");
  if (!file.modified.empty()) response.Add("last-modified", file.modified);
  if (!file.gzip.empty()) response.Add("vary", "accept-encoding");
  return response;
}

Response ContentHandler::operator()(const Request& request) const {
  constexpr std::string_view kIndex = "index.html";
  std::array<char, kMostPath + kIndex.size()> storage;
  const auto decoded = DecodePercents(request.path(), std::span(storage).first(kMostPath));
  if (!decoded) return Response::Error(Status::kNotFound);
  std::string_view path = *decoded;
  if (path.ends_with('/')) {
    std::ranges::copy(kIndex, storage.begin() + static_cast<std::ptrdiff_t>(path.size()));
    path = {storage.data(), path.size() + kIndex.size()};
  }
  const auto file = std::ranges::lower_bound(files_, path, {}, &ContentFile::path);
  if (file == files_.end() || file->path != path) return Response::Error(Status::kNotFound);
  return AnswerWith(*file, request);
}

}  // namespace net::http
