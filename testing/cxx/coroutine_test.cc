// Coroutines: a generator, and tasks that wait for each other.
#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <queue>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace {

template <typename T>
class Generator {
 public:
  struct promise_type {
    Generator get_return_object() { return Generator(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(T next) {
      value = std::move(next);
      return {};
    }
    void return_void() {}
    void unhandled_exception() { exception = std::current_exception(); }
    T value = {};
    std::exception_ptr exception;
  };

  Generator(Generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ~Generator() {
    if (handle_) handle_.destroy();
  }

  bool Next() {
    handle_.resume();
    if (handle_.promise().exception) std::rethrow_exception(handle_.promise().exception);
    return !handle_.done();
  }
  const T& value() const { return handle_.promise().value; }

 private:
  explicit Generator(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

Generator<int> Fibonacci(int count) {
  int a = 0;
  int b = 1;
  for (int i = 0; i < count; ++i) {
    co_yield a;
    a = std::exchange(b, a + b);
  }
}

Generator<std::string> ThrowsAtSecond() {
  co_yield "first";
  throw std::runtime_error("no second");
}

TEST(Coroutines, AGeneratorGivesOneValueAtATime) {
  Generator<int> numbers = Fibonacci(10);
  std::vector<int> seen;
  while (numbers.Next()) seen.push_back(numbers.value());
  EXPECT_EQ(seen, (std::vector<int>{0, 1, 1, 2, 3, 5, 8, 13, 21, 34}));
}

TEST(Coroutines, AnExceptionLeavesThroughTheCaller) {
  Generator<std::string> words = ThrowsAtSecond();
  ASSERT_TRUE(words.Next());
  EXPECT_EQ(words.value(), "first");
  EXPECT_THROW(words.Next(), std::runtime_error);
}

TEST(Coroutines, AFrameThatIsLeftEarlyDestroysItsVariables) {
  auto witness = std::make_shared<int>(1);
  {
    auto coroutine = [](std::shared_ptr<int> held) -> Generator<int> {
      co_yield *held;
      co_yield *held + 1;
    };
    Generator<int> numbers = coroutine(witness);
    ASSERT_TRUE(numbers.Next());
    EXPECT_GT(witness.use_count(), 1);
  }
  EXPECT_EQ(witness.use_count(), 1);
}

// A loop of tasks, and awaiting by symmetric transfer.
std::queue<std::coroutine_handle<>>& Ready() {
  static std::queue<std::coroutine_handle<>> ready;
  return ready;
}

struct YieldToOthers {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> self) { Ready().push(self); }
  void await_resume() {}
};

struct Task {
  struct promise_type {
    Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        return self.promise().waiter;
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_value(int result) { value = result; }
    void unhandled_exception() { std::terminate(); }
    std::coroutine_handle<> waiter = std::noop_coroutine();
    int value = 0;
  };

  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) {
    handle.promise().waiter = waiter;
    return handle;
  }
  int await_resume() {
    const int value = handle.promise().value;
    handle.destroy();
    return value;
  }
  std::coroutine_handle<promise_type> handle;
};

Task Leaf(int value) {
  co_await YieldToOthers();
  co_return value;
}

Task Sum(int depth) {
  if (depth == 0) co_return co_await Leaf(1);
  const int left = co_await Sum(depth - 1);
  const int right = co_await Sum(depth - 1);
  co_return left + right;
}

TEST(Coroutines, TasksAwaitTasksToAnyDepth) {
  Task first = Sum(8);
  Task second = Sum(8);
  Ready().push(first.handle);
  Ready().push(second.handle);
  while (!Ready().empty()) {
    const std::coroutine_handle<> next = Ready().front();
    Ready().pop();
    next.resume();
  }
  ASSERT_TRUE(first.handle.done());
  ASSERT_TRUE(second.handle.done());
  EXPECT_EQ(first.await_resume() + second.await_resume(), 512);
}

}  // namespace
