#include "testing/configs/lto_test_callee.h"

int Successor(int number) { return number + 1; }
