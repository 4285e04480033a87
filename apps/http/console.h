// What this program says.
#ifndef ENKEL_APPS_HTTP_CONSOLE_H_
#define ENKEL_APPS_HTTP_CONSOLE_H_

#include <unistd.h>

#include <string_view>

// Writes whole lines to the console. By write(2): the streams of <cstdio> are 3 KiB, for the two lines of this program.
inline void Print(std::string_view lines) { static_cast<void>(write(STDOUT_FILENO, lines.data(), lines.size())); }

#endif  // ENKEL_APPS_HTTP_CONSOLE_H_
