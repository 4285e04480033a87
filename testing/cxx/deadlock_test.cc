// A program in which everybody waits for somebody else: the kernel says so instead of hanging.
#include <mutex>
#include <thread>

int main() {
  std::mutex first;
  std::mutex second;
  std::lock_guard hold(first);
  std::thread other([&] {
    std::lock_guard hold_second(second);
    std::lock_guard wait(first);
  });
  std::this_thread::yield();  // the other thread has its lock now
  std::lock_guard wait(second);
  other.join();
  return 0;
}
