// What a call may be given, once the sandbox is closed: for assembly and C++ alike, hence macros.
#ifndef ENKEL_BOARDS_LINUX_CALL_RULES_H_
#define ENKEL_BOARDS_LINUX_CALL_RULES_H_

#define ENKEL_ANY 0
#define ENKEL_START_ONLY 1  // nothing: it was called before
#define ENKEL_OPENS 2       // the second argument is one of the paths of paths.h
#define ENKEL_RESERVES 3    // memory without any access
#define ENKEL_PROTECTS 4    // no right to execute
#define ENKEL_CONTROLS 5    // the requests of paths.h
#define ENKEL_SETS_FS 6     // the thread pointer only
#define ENKEL_NETWORKS 7    // the first argument is AF_PACKET
#define ENKEL_SETS_UP 8     // the second argument is SOL_PACKET, or SOL_SOCKET with the size of what waits

#endif  // ENKEL_BOARDS_LINUX_CALL_RULES_H_
