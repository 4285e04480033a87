// A process of Linux: its network is there.
#include "testing/bench/http_over_tap/responder.h"

void BringUp(const char*) {}
