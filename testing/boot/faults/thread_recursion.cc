// Recursion without end meets the guard page of a thread's stack, too.
#include <thread>

namespace {

[[gnu::noinline]] int Sum(const volatile int* numbers) {
  if (*numbers == 0) return 0;
  volatile int frame[32] = {*numbers};
  return Sum(frame) + frame[0];
}

}  // namespace

int main() {
  std::thread([] {
    const volatile int number = 1;
    Sum(&number);
  }).join();
  return 0;
}
