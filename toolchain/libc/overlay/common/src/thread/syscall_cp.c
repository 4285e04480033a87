// Empty in place of musl's assembly: cancellation works without a signal handler, see pthread_cancel.c.
