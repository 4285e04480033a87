// The process's environment, for the board's own settings.
#ifndef ENKEL_BOARDS_LINUX_ENVIRONMENT_H_
#define ENKEL_BOARDS_LINUX_ENVIRONMENT_H_

#include <span>
#include <string_view>

namespace board {

// The value of the variable `name` as the process was started with it, at the start of `storage`; empty where there is
// none, or it does not fit.
std::string_view ReadEnvironment(std::string_view name, std::span<char> storage);

}  // namespace board

#endif  // ENKEL_BOARDS_LINUX_ENVIRONMENT_H_
