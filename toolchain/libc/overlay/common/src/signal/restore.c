// The return from a signal handler: no signal frame is ever made, so nothing can come here.
#include <features.h>

hidden void __restore(void) { __builtin_trap(); }
hidden void __restore_rt(void) { __builtin_trap(); }
