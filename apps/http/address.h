// How this machine comes to its address, and what it says about that.
#ifndef ENKEL_APPS_HTTP_ADDRESS_H_
#define ENKEL_APPS_HTTP_ADDRESS_H_

#include "boards/machine/network.h"

// The board's network: with the address that the command line says (ip=10.0.2.15/24,10.0.2.2), else the one that was
// built in (ENKEL_HTTP_ADDRESS), else by DHCP, and where no server answers one of its own. The console is told.
machine::Network& BringUpNetwork();

#endif  // ENKEL_APPS_HTTP_ADDRESS_H_
