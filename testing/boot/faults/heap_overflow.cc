// One byte behind a block is written. The next allocation sees it.
#include <cstdlib>

int main() {
  char* volatile block = static_cast<char*>(std::malloc(24));
  block[24] = 'x';
  void* volatile other = std::malloc(24);
  std::free(other);
  return 0;
}
