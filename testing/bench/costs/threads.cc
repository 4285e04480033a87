// Threads and what they wait for.
#include <condition_variable>
#include <mutex>
#include <thread>

#include "kernel/event/thread.h"
#include "testing/bench/costs/cost.h"

namespace costs {
namespace {

bool is_over = false;
std::thread partner;

void StopPartner() {
  is_over = true;
  partner.join();
}

const Registered kSwitch({.name = "thread: switch to another",
                          .count = 1000,
                          .run =
                              [](long count) {
                                for (long i = 0; i < count; i += 2) kernel::event::Yield();  // there and back
                              },
                          .prepare =
                              [] {
                                is_over = false;
                                partner = std::thread([] {
                                  while (!is_over) kernel::event::Yield();
                                });
                              },
                          .finish = &StopPartner});

const Registered kCreate({.name = "thread: create, run and join", .count = 100, .run = [](long count) {
                            for (long i = 0; i < count; ++i) std::thread([] {}).join();
                          }});

std::mutex mutex;
std::condition_variable condition;
bool is_partners_turn = false;

void Pass(bool to_partner, std::unique_lock<std::mutex>& lock) {
  is_partners_turn = to_partner;
  condition.notify_one();
  condition.wait(lock, [to_partner] { return is_partners_turn != to_partner; });
}

const Registered kMutex({.name = "mutex: lock and unlock", .count = 1000, .run = [](long count) {
                           for (long i = 0; i < count; ++i) {
                             mutex.lock();
                             mutex.unlock();
                           }
                         }});

const Registered kCondition({.name = "condition: wake another thread, and wait",
                             .count = 1000,
                             .run =
                                 [](long count) {
                                   std::unique_lock lock(mutex);
                                   for (long i = 0; i < count; i += 2) Pass(true, lock);  // there and back
                                 },
                             .prepare =
                                 [] {
                                   is_over = is_partners_turn = false;
                                   partner = std::thread([] {
                                     std::unique_lock lock(mutex);
                                     condition.wait(lock, [] { return is_partners_turn; });
                                     while (!is_over) Pass(false, lock);
                                   });
                                 },
                             .finish =
                                 [] {
                                   {
                                     const std::lock_guard lock(mutex);
                                     is_over = is_partners_turn = true;
                                     condition.notify_one();
                                   }
                                   partner.join();
                                 }});

}  // namespace
}  // namespace costs
