// The end of a string is written behind its block, which others were made after: seen when the block is freed.
#include <cstdlib>

int main() {
  char* volatile block = static_cast<char*>(std::malloc(40));
  for (int i = 0; i < 100; ++i) {
    void* volatile other = std::malloc(40);
    (void)other;
  }
  block[40] = '\0';
  std::free(block);
  return 0;
}
