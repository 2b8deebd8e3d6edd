/*
 * ports: opens the ports that the settings name.
 */
#ifndef PORTS_H
#define PORTS_H

#include "net/listener.h"
#include "settings/config.h"

/*
 * Opens the port of the pages, and the one for livereload.js if config has it; their connections get
 * the numbers pages and livereload (listener_open). Sets the ports in config->access, and where they are forwarded to. A wrong value in
 * a settings file does not stop the start: the default is used. Nothing is accepted before the loop
 * runs. Returns the exit code: 0; after an error line 2 for a wrong command line, or 1.
 */
int ports_open(
	struct config *config, struct listener *listener, unsigned pages, unsigned livereload);

#endif
