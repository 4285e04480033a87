// Constants are no instructions.
int main() {
  static const unsigned kInstructions[4] = {};
  reinterpret_cast<void (*)()>(reinterpret_cast<unsigned long>(kInstructions))();
  return 0;
}
