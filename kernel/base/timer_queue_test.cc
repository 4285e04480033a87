#include "kernel/base/timer_queue.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "kernel/base/time.h"

namespace kernel {
namespace {

using Element = TimerQueue::Element;

std::vector<const Element*> TakeAll(TimerQueue& queue) {
  std::vector<const Element*> order;
  while (const Element* const element = queue.TakeDue(kNever)) order.push_back(element);
  return order;
}

TEST(TimerQueue, GivesDeadlinesInTheirOrder) {
  TimerQueue queue;
  Element a, b, c, d;
  queue.Insert(a, {30});
  queue.Insert(b, {10});
  queue.Insert(c, {20});
  queue.Insert(d, {40});
  EXPECT_EQ(queue.NextDeadline(), Instant{10});
  EXPECT_EQ(TakeAll(queue), (std::vector<const Element*>{&b, &c, &a, &d}));
  EXPECT_EQ(queue.NextDeadline(), kNever);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(TimerQueue, TheFirstOfEqualDeadlinesComesFirst) {
  TimerQueue queue;
  std::vector<Element> elements(100);
  std::vector<const Element*> order;
  for (Element& element : elements) {
    queue.Insert(element, {7});
    order.push_back(&element);
  }
  EXPECT_EQ(TakeAll(queue), order);
}

TEST(TimerQueue, GivesNothingBeforeItsTime) {
  TimerQueue queue;
  Element a;
  queue.Insert(a, {10});
  EXPECT_EQ(queue.TakeDue({9}), nullptr);
  EXPECT_TRUE(a.is_queued());
  EXPECT_EQ(queue.TakeDue({10}), &a);
  EXPECT_FALSE(a.is_queued());
}

// Against a multimap, which keeps equal keys in the order of their arrival.
TEST(TimerQueue, AnyOrderOfCallsAgreesWithAModel) {
  constexpr std::uint32_t kSeed = 20'261'122;
  constexpr std::size_t kElements = 300;
  std::minstd_rand random(kSeed);
  TimerQueue queue;
  std::vector<Element> elements(kElements);
  std::multimap<std::int64_t, Element*> model;
  for (int step = 0; step < 200'000; ++step) {
    Element& element = elements[random() % kElements];
    if (element.is_queued()) {
      const auto [first, last] = model.equal_range(element.deadline().nanoseconds);
      for (auto each = first; each != last; ++each) {
        if (each->second != &element) continue;
        model.erase(each);
        break;
      }
      queue.Remove(element);
    } else {
      const std::int64_t deadline = static_cast<std::int64_t>(random() % 64);
      queue.Insert(element, {deadline});
      model.emplace(deadline, &element);
    }
    if (random() % 8 == 0 && !model.empty()) {
      ASSERT_EQ(queue.TakeDue(kNever), model.begin()->second) << "seed " << kSeed << " step " << step;
      model.erase(model.begin());
    }
    ASSERT_EQ(queue.size(), model.size());
    ASSERT_EQ(queue.NextDeadline().nanoseconds, model.empty() ? kNever.nanoseconds : model.begin()->first);
  }
}

TEST(TimerQueue, AReplacedElementLeavesItsPlaceAndTurnToAnother) {
  TimerQueue queue;
  std::vector<Element> elements(20);
  std::vector<Element> others(elements.size());
  std::vector<const Element*> order;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    queue.Insert(elements[i], {static_cast<std::int64_t>(i / 2)});
    order.push_back(&others[i]);
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::size_t which = i * 7 % elements.size();
    queue.Replace(elements[which], others[which]);
    EXPECT_FALSE(elements[which].is_queued());
    EXPECT_EQ(others[which].deadline(), elements[which].deadline());
  }
  EXPECT_EQ(queue.size(), elements.size());
  EXPECT_EQ(TakeAll(queue), order);
}

TEST(TimerQueueDeathTest, AnElementCannotBeQueuedTwice) {
  TimerQueue queue;
  Element element;
  queue.Insert(element, {1});
  EXPECT_DEATH(queue.Insert(element, {2}), "is_queued");
  queue.Remove(element);
  EXPECT_DEATH(queue.Remove(element), "is_queued");
  Element other;
  EXPECT_DEATH(queue.Replace(element, other), "is_queued");
}

}  // namespace
}  // namespace kernel
