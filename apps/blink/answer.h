// What a button does: a lamp is lit as long as it is pressed.
#ifndef ENKEL_APPS_BLINK_ANSWER_H_
#define ENKEL_APPS_BLINK_ANSWER_H_

#include <atomic>

namespace blink {

// `Lamp` has Write(bool is_high), `Button` has Read(), which is low while it is pressed: both as in
// boards/machine/pins.h.
template <typename Lamp, typename Button>
class Answer {
 public:
  Answer(Lamp lamp, Button button) : lamp_(lamp), button_(button) {}

  // The real-time handler, for both edges. The level is read anew: where a button bounces, the last edge decides.
  static void OnEdge(void* answer) { static_cast<Answer*>(answer)->Follow(); }

  // How often it was pressed. From anywhere.
  int presses() const { return presses_.load(std::memory_order_relaxed); }

 private:
  void Follow() {
    const bool is_pressed = !button_.Read();
    lamp_.Write(is_pressed);
    if (is_pressed && !was_pressed_) presses_.store(presses() + 1, std::memory_order_relaxed);
    was_pressed_ = is_pressed;
  }

  Lamp lamp_;
  Button button_;
  bool was_pressed_ = false;
  std::atomic<int> presses_ = 0;
};

}  // namespace blink

#endif  // ENKEL_APPS_BLINK_ANSWER_H_
