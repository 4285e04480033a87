// An exception that nobody catches is named before the machine stops.
#include <stdexcept>

int main() { throw std::runtime_error("nobody catches this"); }
