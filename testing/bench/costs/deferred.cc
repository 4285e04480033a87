// Deferred work: from the post to its function, and back in the thread that let the loop run.
#include "kernel/event/deferred.h"

#include "kernel/event/thread.h"
#include "testing/bench/costs/cost.h"

namespace costs {
namespace {

long runs = 0;
constinit kernel::event::Deferred deferred([](void*) { ++runs; }, nullptr);

const Registered kDeferred({.name = "deferred: post, run, and back in the thread",
                            .count = 1000,
                            .run = [](long count) {
                              for (long i = 0; i < count; ++i) {
                                deferred.Post();
                                kernel::event::Yield();
                              }
                            }});

}  // namespace
}  // namespace costs
