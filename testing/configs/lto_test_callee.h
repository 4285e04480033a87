// A function in a source of its own.
#ifndef ENKEL_TESTING_CONFIGS_LTO_TEST_CALLEE_H_
#define ENKEL_TESTING_CONFIGS_LTO_TEST_CALLEE_H_

// `number` + 1.
int Successor(int number);

#endif  // ENKEL_TESTING_CONFIGS_LTO_TEST_CALLEE_H_
