// What the machine tells of itself while it runs.
#ifndef ENKEL_APPS_HTTP_LIVE_H_
#define ENKEL_APPS_HTTP_LIVE_H_

#include "net/http/server.h"

// Keeps the time: main() begins now.
void NoteStart();

// Adds /events (every number of the machine once a second, as server-sent events of JSON) and /metrics (the same for
// Prometheus). `server` stays for ever.
void AddLive(net::http::Server& server);

#endif  // ENKEL_APPS_HTTP_LIVE_H_
