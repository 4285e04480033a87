// A block that is freed twice.
#include <cstdlib>

int main() {
  void* volatile block = std::malloc(24);
  std::free(block);
  std::free(block);
  return 0;
}
