// An exception of x86_64; aarch64 calculates 0.
int main() {
  const volatile int two = 2;
  const volatile int zero = 0;
  return two / zero;
}
