// Calls of the C library that are system calls elsewhere.
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "testing/bench/costs/cost.h"

namespace costs {
namespace {

std::array<int, 2> pipe_ends;

const Registered kGetPid({.name = "system call: getpid", .count = 1000, .run = [](long count) {
                            for (long i = 0; i < count; ++i) Use(getpid());
                          }});

const Registered kClock({.name = "system call: clock_gettime", .count = 1000, .run = [](long count) {
                           for (long i = 0; i < count; ++i) {
                             timespec now;
                             clock_gettime(CLOCK_MONOTONIC, &now);
                             Use(now);
                           }
                         }});

const Registered kPipe({.name = "system call: write and read 1 byte of a pipe",
                        .count = 1000,
                        .run =
                            [](long count) {
                              for (long i = 0; i < count; ++i) {
                                char byte = 'x';
                                if (write(pipe_ends[1], &byte, 1) != 1 || read(pipe_ends[0], &byte, 1) != 1) {
                                  std::abort();
                                }
                              }
                            },
                        .prepare =
                            [] {
                              if (pipe(pipe_ends.data()) != 0) std::abort();
                            },
                        .finish =
                            [] {
                              for (const int end : pipe_ends) close(end);
                            }});

const Registered kRandom({.name = "system call: getrandom of 32 bytes", .count = 1000, .run = [](long count) {
                            for (long i = 0; i < count; ++i) {
                              std::array<char, 32> bytes;
                              if (getrandom(bytes.data(), bytes.size(), 0) != 32) std::abort();
                              Use(bytes);
                            }
                          }});

}  // namespace
}  // namespace costs
