/*
 * browser_command: which programs may open a page in a browser here, in the order to try them.
 *
 * Room: rules. A command is a list of words that goes to the program as it is; no shell is ever in
 * between.
 */
#ifndef BROWSER_COMMAND_H
#define BROWSER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct browser_options {
	/*
	 * "firefox,--new-window": a program, or one of the names of VS Code Live Server (chrome,
	 * chrome:PrivateMode, firefox, firefox:PrivateMode, microsoft-edge, blisk), and further
	 * words, parted by commas. NULL: whatever opens pages here.
	 */
	const char *browser;
	/* "/opt/my browser/run --a --b": a program and options that begin with "--"; or NULL. Wins.
	 */
	const char *line;
	/* A chrome or an edge is started so that a debugger can attach to it. */
	bool debugs;
};

/* What is known of the place from its environment. */
struct browser_command_place {
	const char *browser;   /* $BROWSER: commands parted by ':', "%s" standing for the URL */
	bool has_display;      /* of X or Wayland */
	bool is_wsl;           /* Linux inside of Windows */
	const char *cache;     /* a folder where a browser's profile may be, or NULL */
	const char *codespace; /* its name and the domain its ports are forwarded to, or NULL */
	const char *domain;
};

struct browser_commands {
	char ***items; /* each with a NULL behind its last word */
	size_t count;
};

/* The place that this process is in. Its texts live as long as the environment. */
struct browser_command_place browser_command_place(void);

/* The commands that open url; none when there is nobody to ask. The caller finishes them. */
struct browser_commands browser_commands(const struct browser_options *options,
	const struct browser_command_place *place, const char *url);
void browser_commands_finish(struct browser_commands *commands);

/*
 * Where the person finds url: in a codespace "http://localhost:9000/a" is forwarded as
 * "https://NAME-9000.DOMAIN/a". The caller frees.
 */
char *browser_command_public_url(const struct browser_command_place *place, const char *url);

#endif
