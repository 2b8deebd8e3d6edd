/*
 * vscode_user: see vscode_user.h.
 */
#include "settings/vscode_user.h"

#include <stdlib.h>

#include "base/mem.h"
#include "fs/path.h"

/* A folder of the XDG base directory specification: what names it, and where it is in the home folder. */
static const struct base {
	const char *variable, *fallback;
} data = {"XDG_DATA_HOME", ".local/share"}, home = {NULL, ""},
  config = {"XDG_CONFIG_HOME", ".config"};

/* The home folder of the server of VS Code is that of the machine at the other end: SSH, WSL. */
static const struct place {
	const struct base *base;
	const char *path;
} places[] = {
	{&data, "code-server/User"},
	{&home, ".var/app/com.vscodium.codium/config/VSCodium/User"},
	{&home, ".var/app/com.visualstudio.code/config/Code/User"},
	{&config, "Cursor/User"},
	{&config, "Windsurf/User"},
	{&config, "VSCodium/User"},
	{&config, "Code - OSS/User"},
	{&config, "Code - Insiders/User"},
	{&home, ".vscode-server/data/Machine"},
	{&config, "Code/User"},
};

_Static_assert(sizeof(places) / sizeof(places[0]) <= VSCODE_USER_FOLDERS_MAX, "too many places");

/* NULL when the environment does not name it. A relative path does not count. The caller frees. */
static char *
find_base(const struct base *base)
{
	const char *own = base->variable ? getenv(base->variable) : NULL, *user = getenv("HOME");

	if (own && *own == '/')
		return mem_text(own);
	return user && *user == '/' ? path_join(user, base->fallback) : NULL;
}

size_t
vscode_user_folders(char *folders[VSCODE_USER_FOLDERS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char *base = find_base(places[i].base);

		if (base)
			folders[count++] = path_join(base, places[i].path);
		free(base);
	}
	return count;
}
