// WhenAll and WhenAny: several tasks at once. All start in the executor's next turn, in their order; who waits owns
// them.
//
//   auto [header, body] = co_await WhenAll(ReadHeader(), ReadBody());
//   auto first = co_await WhenAny(Serve(), Stop());                      // first.index() says who
//   co_await WhenAll(std::span(tasks));                                  // then tasks[i].Take()
#ifndef ENKEL_KERNEL_BASE_WHEN_H_
#define ENKEL_KERNEL_BASE_WHEN_H_

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "kernel/base/check.h"
#include "kernel/base/promise.h"
#include "kernel/base/task.h"

namespace kernel {
namespace internal {

// Counts ends, and resumes who waits at the last one or at the first exception.
class Join : private Completion {
 public:
  Join() : Completion{&OnEnd} {}
  Join(const Join&) = delete;
  Join& operator=(const Join&) = delete;

  // For `await_suspend`: then each task gets Start(executor, completion).
  Completion* Expect(std::size_t ends, PromiseBase& parent) {
    pending_ = ends;
    parent_ = &parent;
    return this;
  }

 private:
  static PromiseBase* OnEnd(Completion& self, PromiseBase& ended) {
    Join& join = static_cast<Join&>(self);
    --join.pending_;
    return join.pending_ == 0 || ended.HasException() ? join.parent_ : nullptr;
  }

  std::size_t pending_ = 0;
  PromiseBase* parent_ = nullptr;
};

// void as a value.
template <typename T>
using ValueOf = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <typename T>
[[gnu::always_inline]] ValueOf<T> TakeValueOf(Task<T>& task) {
  if constexpr (std::is_void_v<T>) {
    task.Take();
    return {};
  } else {
    return task.Take();
  }
}

template <typename T>
[[gnu::always_inline]] void ThrowIfFailed(Task<T>& task) {
  if (task.HasFailed()) [[unlikely]]
    task.Take();
}

template <typename... Ts>
class AllOf {
 public:
  explicit AllOf(Task<Ts>&&... tasks) : tasks_(std::move(tasks)...) {}
  bool await_ready() const noexcept { return sizeof...(Ts) == 0; }
  template <std::derived_from<PromiseBase> Parent>
  [[gnu::always_inline]] void await_suspend(std::coroutine_handle<Parent> parent) {
    Completion* const join = join_.Expect(sizeof...(Ts), parent.promise());
    Executor& executor = *parent.promise().executor();
    std::apply([&](auto&... task) { (task.Start(executor, join), ...); }, tasks_);
  }
  [[gnu::always_inline]] std::tuple<ValueOf<Ts>...> await_resume() { return Take(std::index_sequence_for<Ts...>()); }

 private:
  template <std::size_t... kIndex>
  [[gnu::always_inline]] std::tuple<ValueOf<Ts>...> Take(std::index_sequence<kIndex...>) {
    (ThrowIfFailed(std::get<kIndex>(tasks_)), ...);
    return std::tuple<ValueOf<Ts>...>{TakeValueOf(std::get<kIndex>(tasks_))...};
  }

  Join join_;
  std::tuple<Task<Ts>...> tasks_;
};

template <typename... Ts>
class AnyOf {
 public:
  explicit AnyOf(Task<Ts>&&... tasks) : tasks_(std::move(tasks)...) {}
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<PromiseBase> Parent>
  [[gnu::always_inline]] void await_suspend(std::coroutine_handle<Parent> parent) {
    Completion* const join = join_.Expect(1, parent.promise());
    Executor& executor = *parent.promise().executor();
    std::apply([&](auto&... task) { (task.Start(executor, join), ...); }, tasks_);
  }
  [[gnu::always_inline]] std::variant<ValueOf<Ts>...> await_resume() { return Take(std::index_sequence_for<Ts...>()); }

 private:
  using Value = std::variant<ValueOf<Ts>...>;

  template <std::size_t... kIndex>
  [[gnu::always_inline]] Value Take(std::index_sequence<kIndex...>) {
    (CancelUnlessDone(std::get<kIndex>(tasks_)), ...);
    std::optional<Value> value;
    (TakeIfDone<kIndex>(value), ...);
    return *std::move(value);
  }

  template <typename T>
  static void CancelUnlessDone(Task<T>& task) {
    if (!task.IsDone()) task = Task<T>();
  }

  template <std::size_t kIndex>
  [[gnu::always_inline]] void TakeIfDone(std::optional<Value>& value) {
    auto& task = std::get<kIndex>(tasks_);
    if (task.IsDone()) value.emplace(std::in_place_index<kIndex>, TakeValueOf(task));
  }

  Join join_;
  std::tuple<Task<Ts>...> tasks_;
};

template <typename T>
class SpanOf {
 public:
  explicit SpanOf(std::span<Task<T>> tasks) : tasks_(tasks) {}
  // Leaves nothing running that the end of the wait did not see end.
  ~SpanOf() {
    for (Task<T>& task : tasks_) {
      if (!task.IsDone()) task = Task<T>();
    }
  }
  template <std::derived_from<PromiseBase> Parent>
  [[gnu::always_inline]] void Start(std::coroutine_handle<Parent> parent, std::size_t ends) {
    Completion* const join = join_.Expect(ends, parent.promise());
    for (Task<T>& task : tasks_) task.Start(*parent.promise().executor(), join);
  }
  std::span<Task<T>> tasks() const { return tasks_; }

 private:
  Join join_;
  std::span<Task<T>> tasks_;
};

template <typename T>
class AllOfSpan : private SpanOf<T> {
 public:
  using SpanOf<T>::SpanOf;
  bool await_ready() const noexcept { return this->tasks().empty(); }
  template <std::derived_from<PromiseBase> Parent>
  [[gnu::always_inline]] void await_suspend(std::coroutine_handle<Parent> parent) {
    this->Start(parent, this->tasks().size());
  }
  [[gnu::always_inline]] void await_resume() {
    for (Task<T>& task : this->tasks()) ThrowIfFailed(task);
  }
};

template <typename T>
class AnyOfSpan : private SpanOf<T> {
 public:
  using SpanOf<T>::SpanOf;
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<PromiseBase> Parent>
  [[gnu::always_inline]] void await_suspend(std::coroutine_handle<Parent> parent) {
    CHECK(!this->tasks().empty());
    this->Start(parent, 1);
  }
  std::size_t await_resume() {
    std::size_t index = 0;
    while (!this->tasks()[index].IsDone()) ++index;
    return index;
  }
};

}  // namespace internal

// `co_await WhenAll(task, ...)`: a std::tuple of what all of them give (std::monostate for void), when the last one has
// ended. The first exception cancels the others and leaves the co_await.
template <typename... Ts>
[[nodiscard]] internal::AllOf<Ts...> WhenAll(Task<Ts>... tasks) {
  return internal::AllOf<Ts...>(std::move(tasks)...);
}

// The same for as many as there are; each result stays in its task, to be had by Take(). The span's tasks must stay.
template <typename T>
[[nodiscard]] internal::AllOfSpan<T> WhenAll(std::span<Task<T>> tasks) {
  return internal::AllOfSpan<T>(tasks);
}

// `co_await WhenAny(task, ...)`: a std::variant of what the first one gives that ends, whose index() is the task's; the
// others are cancelled before it returns. An exception of the first one leaves the co_await.
template <typename... Ts>
  requires(sizeof...(Ts) > 0)
[[nodiscard]] internal::AnyOf<Ts...> WhenAny(Task<Ts>... tasks) {
  return internal::AnyOf<Ts...>(std::move(tasks)...);
}

// The same for as many as there are, at least one: the index of the first one that ends; its result stays in its task.
template <typename T>
[[nodiscard]] internal::AnyOfSpan<T> WhenAny(std::span<Task<T>> tasks) {
  return internal::AnyOfSpan<T>(tasks);
}

}  // namespace kernel

#endif  // ENKEL_KERNEL_BASE_WHEN_H_
