// A tour of what a program may use: this is ordinary C++23, and it runs as the only thing on a machine.

#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <format>
#include <map>
#include <mutex>
#include <print>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

// A generator of squares: a coroutine that runs as far as it is asked to.
struct Squares {
  struct promise_type {
    int value = 0;
    Squares get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int square) noexcept {
      value = square;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  std::coroutine_handle<promise_type> handle;
};

Squares FirstSquares(int count) {
  for (int i = 1; i <= count; ++i) co_yield i* i;
}

void ShowCoroutine() {
  const Squares squares = FirstSquares(5);
  std::string text;
  for (squares.handle(); !squares.handle.done(); squares.handle()) {
    text += std::format("{} ", squares.handle.promise().value);
  }
  squares.handle.destroy();
  std::println("coroutine      {}", text);
}

void ShowContainersAndFormat() {
  const std::map<std::string_view, double> constants = {{"e", 2.718281828}, {"pi", 3.141592654}, {"phi", 1.618033989}};
  for (const auto& [name, value] : constants) std::println("std::format    {:>3} = {:.6f}", name, value);
}

int Descend(int depth) {
  if (depth == 0) throw std::runtime_error("thrown ten frames down");
  return Descend(depth - 1) + 1;
}

void ShowException() {
  try {
    std::println("unreachable    {}", Descend(10));
  } catch (const std::exception& exception) {
    std::println("exception      {}", exception.what());
  }
}

void ShowThreads() {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<int> order;
  std::vector<std::thread> threads;
  for (int id = 0; id < 4; ++id) {
    threads.emplace_back([&, id] {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return static_cast<int>(order.size()) == 3 - id; });  // the last one goes first
      order.push_back(id);
      changed.notify_all();
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::println("std::thread    finished in the order {}, {}, {}, {}", order[0], order[1], order[2], order[3]);
}

void ShowTime() {
  using std::chrono::steady_clock;
  const auto start = steady_clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const auto slept = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
  std::println("std::chrono    slept {} or a little more",
               slept >= std::chrono::milliseconds(10) ? "10 ms" : "too little");
}

}  // namespace

int main() {
  ShowContainersAndFormat();
  ShowCoroutine();
  ShowException();
  ShowThreads();
  ShowTime();
  std::println("done");
}
