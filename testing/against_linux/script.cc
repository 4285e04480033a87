#include "testing/against_linux/script.h"

#include <vector>

#include "testing/against_linux/frames.h"
#include "testing/against_linux/subject.h"

namespace against_linux {
namespace {

// Puts what the subject sent into `sent`, and answers its questions; false: there were none.
bool Collect(Subject& subject, std::vector<Bytes>& sent) {
  bool has_answered = false;
  for (Bytes& frame : subject.Take()) {
    const Bytes answer = AnswerOfNeighbor(frame);
    if (answer.empty()) {
      sent.push_back(std::move(frame));
    } else {
      subject.Send(answer);
      has_answered = true;
    }
  }
  return has_answered;
}

}  // namespace

std::vector<Bytes> Exchange(Subject& subject, const std::vector<Bytes>& frames) {
  std::vector<Bytes> sent;
  for (const Bytes& frame : frames) {
    subject.Send(frame);
    while (Collect(subject, sent)) continue;
  }
  while (Collect(subject, sent)) continue;
  return sent;
}

}  // namespace against_linux
