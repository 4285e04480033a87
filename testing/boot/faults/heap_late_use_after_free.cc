// A freed block is written far from its start, when others were freed after it: seen when its turn comes to be used
// again.
#include <cstdlib>

int main() {
  char* volatile block = static_cast<char*>(std::malloc(500));
  std::free(block);
  for (int i = 0; i < 10; ++i) {
    void* volatile other = std::malloc(24);
    std::free(other);
  }
  block[400] = 'x';
  for (int i = 0; i < 10; ++i) {
    void* volatile other = std::malloc(24);
    std::free(other);
  }
  return 0;
}
