// One line of the table of costs (docs/costs.md): an operation, and how to do it often.
#ifndef ENKEL_TESTING_BENCH_COSTS_COST_H_
#define ENKEL_TESTING_BENCH_COSTS_COST_H_

#include <vector>

namespace costs {

struct Cost {
  const char* name;  // "mutex: lock and unlock"
  long count;        // how often a measurement does it
  void (*run)(long count);
  void (*prepare)() = nullptr;  // not measured
  void (*finish)() = nullptr;   // not measured
};

inline std::vector<Cost>& All() {
  static std::vector<Cost> all;
  return all;
}

// `const Registered kLock({.name = ..., ...});`
struct Registered {
  explicit Registered(const Cost& cost) { All().push_back(cost); }
};

// Keeps the compiler from leaving out what computes `value`.
template <typename T>
void Use(T&& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

}  // namespace costs

#endif  // ENKEL_TESTING_BENCH_COSTS_COST_H_
