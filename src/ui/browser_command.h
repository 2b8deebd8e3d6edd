/*
 * browser_command: which programs may open a page in a browser on this machine, in the order to try
 * them.
 *
 * A command is a list of arguments that the program gets unchanged; there is no shell in between.
 */
#ifndef BROWSER_COMMAND_H
#define BROWSER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "net/forwarded_address.h"

struct browser_options {
	/*
	 * "firefox,--new-window": a program, or one of the names of VS Code Live Server (chrome,
	 * chrome:PrivateMode, firefox, firefox:PrivateMode, microsoft-edge, blisk), and further
	 * arguments, separated by commas. NULL: the system's default browser.
	 */
	const char *browser;
	/*
	 * "/opt/my browser/run --a --b": a program and options that begin with "--"; or NULL. It is
	 * used in place of browser.
	 */
	const char *line;
	/* A browser of the Chrome family is started so that a debugger can attach to it. */
	bool debugs;
};

/* What the environment variables say. */
struct browser_command_environment {
	const char *browser; /* $BROWSER: commands, separated by ":"; "%s" is the URL */
	bool has_display;    /* X or Wayland */
	bool is_wsl;         /* Windows Subsystem for Linux */
	const char *home;    /* the home folder, or NULL */
	struct forwarded_environment forwarded;
};

struct browser_commands {
	char ***items; /* each is a list of arguments with a NULL at its end */
	size_t count;
};

/* Whether text is one of the names above, with or without ":PrivateMode", and nothing else. */
bool browser_command_has_name(const char *text);

/* The environment of this process. Its texts are valid until the environment changes. */
struct browser_command_environment browser_command_environment(void);

/* The commands that may open url, possibly none. The caller finishes them. */
struct browser_commands browser_commands(const struct browser_options *options,
	const struct browser_command_environment *environment, const char *url);
void browser_commands_finish(struct browser_commands *commands);

/*
 * The URL under which the person finds url: in a codespace "http://localhost:9000/a" is forwarded
 * as "https://NAME-9000.DOMAIN/a", and the like (forwarded_address.h). The caller frees.
 */
char *browser_command_public_url(
	const struct browser_command_environment *environment, const char *url);

#endif
