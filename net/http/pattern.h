// The paths of routes: "/users/{name}/picture", and "/files/*" for all below. Each {name} stands for one segment that
// is not empty.
#ifndef ENKEL_NET_HTTP_PATTERN_H_
#define ENKEL_NET_HTTP_PATTERN_H_

#include <string_view>

namespace net::http {

// Whether the pattern is one path, and no other.
bool IsPlain(std::string_view pattern);

bool Matches(std::string_view pattern, std::string_view path);

// What stands in a matching path for {name}; for "*" the rest. Empty where the pattern has no such name.
std::string_view FindParameter(std::string_view pattern, std::string_view path, std::string_view name);

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_PATTERN_H_
