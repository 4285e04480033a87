// A table of virtual functions cannot be changed, though it holds addresses that other systems fill in at the start.
#include <cstdint>

namespace {

struct Animal {
  virtual ~Animal() = default;
  virtual int Legs() const { return 4; }
};

}  // namespace

int main() {
  Animal animal;
  auto* const table = *reinterpret_cast<std::uintptr_t* volatile*>(&animal);
  const_cast<volatile std::uintptr_t*>(table)[0] = 0;
  return animal.Legs();
}
