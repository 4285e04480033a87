// The first thread may end before others; the program ends with the last one. main() does not come to its return.
#include <pthread.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

int main() {
  std::thread([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::puts("the other thread outlives main()");
    std::exit(0);
  }).detach();
  pthread_exit(nullptr);
  return 1;
}
