// Who hears of what is wrong in a run: the first word counts.
#ifndef ENKEL_TESTING_SIM_JUDGE_H_
#define ENKEL_TESTING_SIM_JUDGE_H_

#include <string>
#include <utility>

namespace sim {

class Judge {
 public:
  void Fail(std::string what) {
    if (failure_.empty()) failure_ = std::move(what);
  }
  bool is_content() const { return failure_.empty(); }
  const std::string& failure() const { return failure_; }

 private:
  std::string failure_;
};

}  // namespace sim

#endif  // ENKEL_TESTING_SIM_JUDGE_H_
