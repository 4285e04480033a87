// A program without threads that waits for itself: the kernel says so instead of hanging.
#include <chrono>
#include <mutex>

int main() {
  std::timed_mutex mutex;
  std::lock_guard hold(mutex);
  if (mutex.try_lock_for(std::chrono::milliseconds(2))) return 1;  // ends at its deadline
  mutex.lock();
  return 0;
}
