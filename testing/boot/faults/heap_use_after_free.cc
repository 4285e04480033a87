// A freed block is written. The next allocation sees it.
#include <cstdlib>

int main() {
  char* volatile block = static_cast<char*>(std::malloc(24));
  std::free(block);
  block[8] = 'x';
  void* volatile other = std::malloc(24);
  return other == block ? 1 : 0;
}
