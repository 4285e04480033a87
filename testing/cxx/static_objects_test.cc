// Static objects: constructed before main() in the order of their definition, destroyed after it in reverse, together
// with what atexit() and local statics registered. main() returns failure; only the very last function of the program,
// when it has seen every other one in its order, makes a success of it.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

constexpr int kFailure = 1;
constexpr std::string_view kRightOrder = "early 1 2 local main atexit ~local ~2 ~1 ";

std::string& Trail() {
  static auto* const trail = new std::string;  // never destroyed: the destructors below write to it
  return *trail;
}

struct Part {
  explicit Part(const char* name) : name(name) { Trail() += std::string(name) + " "; }
  ~Part() { Trail() += std::string("~") + name + " "; }
  const char* name;
};

[[gnu::constructor(101)]] void Early() { Trail() += "early "; }

Part first("1");
Part second("2");

void AtExit() { Trail() += "atexit "; }

[[gnu::destructor]] void Judge() {
  const bool is_right = Trail() == kRightOrder;
  std::printf("%s: %s\n", is_right ? "in order" : "NOT IN ORDER", Trail().c_str());
  std::fflush(stdout);
  std::_Exit(is_right ? 0 : kFailure);
}

}  // namespace

int main() {
  static Part local("local");
  Trail() += "main ";
  if (std::atexit(&AtExit) != 0) return kFailure;
  return kFailure;
}
