#include "net/http/pattern.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace net::http {
namespace {

// Takes the first segment off, without its slash; false at the end.
bool TakeSegment(std::string_view& path, std::string_view& segment) {
  if (!path.starts_with('/')) return false;
  path.remove_prefix(1);  // the slash
  segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return true;
}

bool IsParameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

}  // namespace

bool IsPlain(std::string_view pattern) { return pattern.find('{') == pattern.npos && !pattern.ends_with("/*"); }

bool Matches(std::string_view pattern, std::string_view path) {
  std::string_view wanted;
  std::string_view there;
  while (TakeSegment(pattern, wanted)) {
    if (!TakeSegment(path, there)) return false;
    if (wanted == "*" && pattern.empty()) return true;
    if (IsParameter(wanted) ? there.empty() : wanted != there) return false;
  }
  return path.empty();
}

std::string_view FindParameter(std::string_view pattern, std::string_view path, std::string_view name) {
  std::string_view wanted;
  std::string_view there;
  while (TakeSegment(pattern, wanted)) {
    const std::string_view before = path;
    if (!TakeSegment(path, there)) break;
    if (wanted == "*" && name == "*" && pattern.empty()) return before.substr(1);
    if (IsParameter(wanted) && wanted.substr(1, wanted.size() - 2) == name) return there;
  }
  return {};
}

}  // namespace net::http
