// A pointer into a block is freed.
#include <cstdlib>
#include <cstring>

int main() {
  char* volatile block = static_cast<char*>(std::malloc(100));
  std::memset(block, 'A', 100);
  std::free(block + 16);
  return 0;
}
