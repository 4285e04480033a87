// Of a thread, too: its stack ends where it began, and that is the end of the search.
#include <stdexcept>
#include <thread>

int main() {
  std::thread thread([] { throw std::runtime_error("nobody catches this"); });
  thread.join();
}
