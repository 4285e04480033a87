// Which handler answers which request.
#ifndef ENKEL_NET_HTTP_ROUTE_H_
#define ENKEL_NET_HTTP_ROUTE_H_

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "kernel/base/task.h"
#include "net/http/message.h"
#include "net/http/pattern.h"
#include "net/http/request.h"
#include "net/http/response.h"

namespace net::http {

class Exchange;

// Returns its response at once: for what is known already. The way without a coroutine.
template <typename Handler>
concept QuickHandler = std::is_invocable_r_v<Response, const Handler&, const Request&>;

// Reads and writes piece by piece, and waits for what it likes.
template <typename Handler>
concept StreamingHandler = std::is_invocable_r_v<kernel::Task<>, const Handler&, Exchange&>;

// A handler by value: a function, or a lambda whose captures are a few pointers. It must not throw.
class Route {
 public:
  static constexpr std::size_t kMostState = 4 * sizeof(void*);

  constexpr Route() = default;

  template <typename Handler>
    requires QuickHandler<Handler> || StreamingHandler<Handler>
  Route(Method method, std::string_view pattern, Handler handler, std::uint64_t body_limit)
      : method_(method), is_plain_(IsPlain(pattern)), pattern_(pattern), body_limit_(body_limit) {
    static_assert(sizeof(Handler) <= kMostState && std::is_trivially_copyable_v<Handler>);
    std::memcpy(state_.data(), static_cast<const void*>(&handler), sizeof(Handler));
    if constexpr (QuickHandler<Handler>) {
      answer_ = [](const void* state, const Request& request) -> Response {
        return (*static_cast<const Handler*>(state))(request);
      };
    } else {
      run_ = [](const void* state, Exchange& exchange) -> kernel::Task<> {
        return (*static_cast<const Handler*>(state))(exchange);
      };
    }
  }

  bool IsFor(std::string_view path) const {
    return is_plain_ ? character::AreEqual(pattern_, path) : Matches(pattern_, path);
  }
  Method method() const { return method_; }
  std::string_view pattern() const { return pattern_; }
  std::uint64_t body_limit() const { return body_limit_; }

  bool is_quick() const { return answer_ != nullptr; }
  Response Answer(const Request& request) const { return answer_(state_.data(), request); }
  kernel::Task<> Run(Exchange& exchange) const { return run_(state_.data(), exchange); }

 private:
  Method method_ = Method::kGet;
  bool is_plain_ = true;
  std::string_view pattern_;
  std::uint64_t body_limit_ = 0;
  alignas(void*) std::array<std::byte, kMostState> state_ = {};
  Response (*answer_)(const void*, const Request&) = nullptr;
  kernel::Task<> (*run_)(const void*, Exchange&) = nullptr;
};

}  // namespace net::http

#endif  // ENKEL_NET_HTTP_ROUTE_H_
