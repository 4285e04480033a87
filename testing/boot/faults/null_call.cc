// No code lies at address 0.
int main() {
  void (*volatile function)() = nullptr;
  function();
  return 0;
}
