/*
 * same_machine: whether a request comes from a browser on this machine, as far as that can be seen.
 */
#ifndef SAME_MACHINE_H
#define SAME_MACHINE_H

#include <stdbool.h>

#include "http/request.h"

/*
 * Whether the request was sent over loopback, to a name of loopback (localhost, a name below it, 127.0.0.0/8, [::1]),
 * and no field says that a proxy or a tunnel has handed it on: from there it may come from anywhere. A field can only
 * take this away, so it does not matter who has written it.
 */
bool same_machine_has_sent(const struct request *request);

#endif
