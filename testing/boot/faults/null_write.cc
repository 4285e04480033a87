// Nothing lies at address 0, nor in the rest of the first page.
struct Object {
  int fields[100];
};

int main() {
  Object* volatile object = nullptr;
  object->fields[99] = 1;
  return 0;
}
