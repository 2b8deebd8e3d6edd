/*
 * reach: see reach.h. What is not known to be harmless is held back.
 */
#define _GNU_SOURCE
#include "settings/reach.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "fs/bounds.h"
#include "fs/hidden_names.h"
#include "fs/path.h"
#include "http/custom_header.h"
#include "http/route.h"
#include "ui/browser_command.h"

/* ---- values that do no harm ---- */

bool
reach_is_on(const char *text)
{
	return text;
}

bool
reach_is_off(const char *text)
{
	return !text;
}

/* An option whose value is left out, or off. */
bool
reach_is_bare(const char *text)
{
	return !text || !*text;
}

/* Only the usual ways to write them: for others the resolver decides, and the name servers. */
bool
reach_is_loopback(const char *text)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (!*text || strcasecmp(text, "localhost") == 0)
		return true; /* "" is refused by the set function */
	if (inet_pton(AF_INET, text, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
	return inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/*
 * A page of this server, without the characters that mean something to a shell, to cmd.exe or to
 * PowerShell, where also typographic quotes are quotes: scripts that start browsers use them.
 */
bool
reach_is_page(const char *text)
{
	static const char marks[] = "/._-~%?#=+,:@";

	for (; text && *text; text++) {
		bool is_alnum = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
				(*text >= '0' && *text <= '9');

		if (!is_alnum && !strchr(marks, *text))
			return false;
	}
	return true;
}

bool
reach_is_browser(const char *text)
{
	return !*text || browser_command_has_name(text);
}

bool
reach_is_empty(const char *text)
{
	return !*text;
}

/* A file of the site that may be answered in place of others. */
bool
reach_is_shown_file(const char *text)
{
	return !hidden_path(slice_of(text));
}

/* ---- headers ---- */

/* True also of what is no header: then the set function says what is wrong with it. */
bool
reach_is_header(const char *text)
{
	struct custom_header header;

	return custom_header_read(&header, text) != CUSTOM_HEADER_OK ||
	       custom_header_is_harmless(&header);
}

/* ---- paths ---- */

/*
 * path, absolute and without links. What does not exist yet is added to the part that does. NULL
 * when it cannot be followed.
 */
static char *
resolve(const char *path)
{
	char *front = mem_text(*path ? path : "."), *rest = mem_text(""), *real, *joined;

	while (!(real = realpath(front, NULL)) && (errno == ENOENT || errno == ENOTDIR)) {
		char *slash = strrchr(front, '/'), *name = slash ? slash + 1 : front;

		if (strcmp(name, "..") == 0 || strcmp(front, "/") == 0 || strcmp(front, ".") == 0)
			break;
		joined = mem_format("%s%s%s", name, *name && *rest ? "/" : "", rest);
		free(rest);
		rest = joined;
		joined = slash ? mem_copy(front, (size_t)(slash - front) + (slash == front))
			       : mem_text(".");
		free(front);
		front = joined;
	}
	joined = real && *rest ? path_join(real, rest) : NULL;
	free(front);
	free(rest);
	if (!joined)
		return real;
	free(real);
	return joined;
}

/* The path in a value; NULL when it has none, so that the set function refuses it. */
static const char *
path_in(const struct option_value *value)
{
	const char *path = value->text;
	struct buf route = {0};

	if (value->option->path == OPTION_NO_PATH || !path)
		return NULL;
	if (value->option->path == OPTION_PATH_AFTER_SEPARATOR &&
		!route_read(value->text, &route, &path))
		path = "";
	buf_finish(&route);
	return *path ? path : NULL;
}

/* The folder in which the thing at path, which is allowed itself, has to stay. */
static char *
bounds_of(const char *path)
{
	struct slice parent = path_parent(slice_of(path));
	struct stat state;

	if (stat(path, &state) == 0 && S_ISDIR(state.st_mode))
		return mem_text(path);
	return parent.length ? mem_copy(parent.at, parent.length) : mem_text("/");
}

static bool
is_listed(char *const *paths, const char *path)
{
	for (; paths && *paths; paths++)
		if (strcmp(*paths, path) == 0)
			return true;
	return false;
}

static void
judge_path(struct option_value *value, const char *folder)
{
	const char *given = path_in(value);
	char *path = given ? resolve(given) : NULL;
	const char *below = path && folder ? path_below(path, folder) : NULL;
	bool is_hidden = below && hidden_path(slice_of(below));
	bool is_allowed = path && value->trust == OPTION_ALLOWED &&
			  is_listed(value->allowed_paths, path);

	if (!given)
		return;
	if (below && !is_hidden)
		value->bounds = mem_text(folder);
	else if (is_allowed || (below && value->option->reach == OPTION_INSIDE))
		value->bounds = bounds_of(path);
	else
		value->held_back = is_hidden ? "shows hidden files"
					     : "reaches outside of this folder";
	if (value->held_back) {
		value->bounds = path;
		return;
	}
	free(path);
}

/* ---- the verdict ---- */

void
reach_judge(struct option_value *value, const char *folder)
{
	const struct option_spec *option = value->option;

	if (value->trust == OPTION_OF_USER || option->reach == OPTION_HARMLESS)
		return;
	if (option->reach == OPTION_INSIDE || option->reach == OPTION_SHOWN_INSIDE) {
		judge_path(value, folder);
		return;
	}
	if (value->trust == OPTION_ALLOWED ||
		(option->is_harmless && option->is_harmless(value->text)))
		return;
	value->held_back = option->does ? option->does : "does more than this file may do";
}
