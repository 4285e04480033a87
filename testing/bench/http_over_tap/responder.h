// The one thing in which the two programs of responder.cc differ.
#ifndef ENKEL_TESTING_BENCH_HTTP_OVER_TAP_RESPONDER_H_
#define ENKEL_TESTING_BENCH_HTTP_OVER_TAP_RESPONDER_H_

// Sees to it that there is a network with `address`, such as "10.9.9.1/24".
void BringUp(const char* address);

#endif  // ENKEL_TESTING_BENCH_HTTP_OVER_TAP_RESPONDER_H_
