// Nothing lies at address 0.
int main() {
  const int* volatile pointer = nullptr;
  return *pointer;
}
