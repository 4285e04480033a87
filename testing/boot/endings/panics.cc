#include "kernel/panic/panic.h"

int main() { kernel::panic::Panic("the test's own"); }
