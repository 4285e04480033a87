// A restaurant: guests order, a kitchen cooks, and nobody waits for ever.
#include <chrono>
#include <cstdio>
#include <deque>

#include "kernel/event/run.h"

using namespace std::chrono_literals;

namespace {

struct Restaurant {
  std::deque<int> orders;       // the tables that wait
  kernel::WaitQueue new_order;  // told of each one
};

// A task runs when somebody awaits it; its result, or its exception, goes to that one.
kernel::Task<> Guest(Restaurant& restaurant, int table) {
  for (int order = 0; order < 4; ++order) {
    co_await kernel::Sleep(std::chrono::milliseconds(table));
    restaurant.orders.push_back(table);
    restaurant.new_order.NotifyOne();
  }
}

kernel::Task<int> Kitchen(Restaurant& restaurant, int count) {
  int table = 0;
  for (int cooked = 0; cooked < count; ++cooked) {
    // Coroutines of a thread run one at a time: what is checked stays true until the next co_await.
    while (restaurant.orders.empty()) co_await restaurant.new_order.Wait();
    table = restaurant.orders.front();
    restaurant.orders.pop_front();
  }
  co_return table;
}

kernel::Task<int> Evening() {
  Restaurant restaurant;
  kernel::TaskGroup guests(co_await kernel::CurrentExecutor());  // cancels whoever is left at the end of its scope
  for (int table = 1; table <= 3; ++table) guests.Add(Guest(restaurant, table));
  std::printf("12 orders, the last one at table %d\n", co_await Kitchen(restaurant, 12));
  co_await guests.Join();

  // No guest is left, so this kitchen would wait for ever. The timeout cancels it.
  const kernel::Result<int> table = co_await kernel::WithTimeout(Kitchen(restaurant, 1), 5ms);
  if (!table.has_value()) std::printf("the kitchen is too slow\n");
  std::printf("%s\n", restaurant.new_order.IsEmpty() ? "nobody waits" : "somebody waits");
  co_return 0;
}

}  // namespace

int main() { return kernel::Run(Evening()); }
