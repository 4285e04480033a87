// Recursion without end meets the guard page of the main stack.
namespace {

[[gnu::noinline]] int Sum(const volatile int* numbers) {
  if (*numbers == 0) return 0;
  volatile int frame[32] = {*numbers};
  return Sum(frame) + frame[0];
}

}  // namespace

int main() {
  const volatile int number = 1;
  return Sum(&number);
}
