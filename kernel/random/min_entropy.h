// What a sample of a noise source is claimed to be worth, and how far its statistics may stray from the claim before
// the source counts as broken. [SP800-90B] 4.4
#ifndef ENKEL_KERNEL_RANDOM_MIN_ENTROPY_H_
#define ENKEL_KERNEL_RANDOM_MIN_ENTROPY_H_

namespace kernel::random {

// Eighths of a bit of min-entropy: the most likely value of a sample has the probability 2^(-eighths / 8).
using Eighths = int;

// A working source is called broken, in one test, with the probability 2^-kFalseAlarm at most. [SP800-90B] 4.4 wants 20
// to 40.
inline constexpr int kFalseAlarm = 30;

// The probability of the most likely value.
consteval double ProbabilityOf(Eighths claim) {
  constexpr double kEighthRootOfHalf = 0.91700404320467123174;  // 2^(-1/8)
  double probability = 1;
  for (Eighths i = 0; i < claim; ++i) probability *= kEighthRootOfHalf;
  return probability;
}

// 2^-exponent.
consteval double HalfToThe(int exponent) {
  double value = 1;
  for (int i = 0; i < exponent; ++i) value /= 2;
  return value;
}

// So many equal samples in a row mean a broken source. [SP800-90B] 4.4.1
consteval int RepetitionCutoff(Eighths claim, int false_alarm = kFalseAlarm) {
  return 1 + (8 * false_alarm + claim - 1) / claim;
}

// So many samples of one value among `window` mean a broken source: one more than the smallest count that a claim's
// binomial distribution exceeds with the probability 2^-false_alarm at most. [SP800-90B] 4.4.2
consteval int ProportionCutoff(Eighths claim, int window, int false_alarm = kFalseAlarm) {
  const double p = ProbabilityOf(claim);
  const double alpha = HalfToThe(false_alarm);
  if (p >= 0.5) {
    // From the top: the tail's terms, largest count first.
    double term = 1;
    for (int i = 0; i < window; ++i) term *= p;
    double tail = 0;  // the probability of more than `count`
    int count = window;
    for (; count > 0 && tail + term <= alpha; --count) {
      tail += term;
      term *= count * (1 - p) / ((window - count + 1) * p);
    }
    return 1 + count;
  }
  double term = 1;
  for (int i = 0; i < window; ++i) term *= 1 - p;
  double sum = term;  // the probability of at most `count`
  int count = 0;
  while (1 - sum > alpha) {
    term *= (window - count) * p / ((count + 1) * (1 - p));
    ++count;
    sum += term;
  }
  return 1 + count;
}

}  // namespace kernel::random

#endif  // ENKEL_KERNEL_RANDOM_MIN_ENTROPY_H_
