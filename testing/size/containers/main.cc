// What containers, exceptions and printf cost together.
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>

namespace {

int Require(const std::map<std::string, int>& numbers, const std::string& name) {
  const auto found = numbers.find(name);
  if (found == numbers.end()) throw std::out_of_range("no number is called " + name);
  return found->second;
}

}  // namespace

int main() {
  const std::map<std::string, int> numbers = {{"one", 1}, {"two", 2}, {"three", 3}};
  std::printf("two is %d\n", Require(numbers, "two"));
  try {
    std::printf("four is %d\n", Require(numbers, "four"));
  } catch (const std::out_of_range& error) {
    std::printf("%s\n", error.what());
    return 0;
  }
  return 1;
}
