// A block that is freed again after it has been handed out anew: the new owner's block is freed under its feet, and its
// own free is the second one.
#include <cstdlib>

int main() {
  void* volatile block = std::malloc(24);
  std::free(block);
  void* volatile other = nullptr;
  for (int i = 0; i < 1000 && other != block; ++i) {
    other = std::malloc(24);
    if (other != block) std::free(other);
  }
  std::free(block);
  std::free(other);
  return 0;
}
