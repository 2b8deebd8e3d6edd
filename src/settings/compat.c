/*
 * compat: see compat.h. A key is looked up in the tables here first, then in the table of options.
 */
#define _GNU_SOURCE
#include "settings/compat.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/edit_distance.h"
#include "base/mem.h"
#include "fs/path.h"

/* Returns false when value does not have the form that the key needs. */
typedef bool take_fn(struct config_reader *reader, const cJSON *value);

/* A key of another server that no option of ours has in the same form. */
struct compat_key {
	const char *key;
	const char *needs; /* the form of its value, for a message */
	take_fn *take;
};

/* ---- Live Server ---- */

static bool
take_nothing(struct config_reader *reader, const cJSON *value)
{
	(void)reader;
	return cJSON_IsBool(value);
}

static const char *
text_member(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* Whether a folder of a workspace has this name: the one given to it, else that of its path. */
static bool
is_called(const cJSON *folder, const char *name)
{
	const char *own = text_member(folder, "name"), *path = text_member(folder, "path");

	if (own)
		return strcmp(own, name) == 0;
	return path && slice_is(path_base(slice_of(path)), name);
}

/* The folder of a workspace with that name, or for NULL the first one on this machine. */
static const cJSON *
find_folder(const struct config_reader *reader, const char *name)
{
	const cJSON *folder;

	cJSON_ArrayForEach(folder, config_reader_member(reader, NULL, "folders"))
	{
		if (text_member(folder, "path") && (!name || is_called(folder, name)))
			return folder;
	}
	return NULL;
}

/* compat_workspace_folder() has used the name already; here it is only checked. */
static bool
take_workspace_name(struct config_reader *reader, const cJSON *value)
{
	const char *name = cJSON_GetStringValue(value);
	const cJSON *first = find_folder(reader, NULL);

	if (name && first && !find_folder(reader, name))
		config_reader_complain(reader,
			"no folder of the workspace is called \"%s\"; %s is served", name,
			text_member(first, "path"));
	return name;
}

static bool
leaves_folder(const char *path)
{
	struct slice rest = slice_of(path), segment;

	while (slice_split(&rest, '/', &segment))
		if (slice_is(segment, ".."))
			return true;
	return false;
}

/* "sub" for "/sub/"; NULL when value is not a path in the folder. The caller frees. */
static char *
read_root(const cJSON *value)
{
	const char *path = cJSON_GetStringValue(value);
	size_t length;

	if (!path || leaves_folder(path))
		return NULL;
	path += strspn(path, "/");
	length = strlen(path);
	while (length && path[length - 1] == '/')
		length--;
	return mem_copy(path, length);
}

static bool
take_root(struct config_reader *reader, const cJSON *value)
{
	char *root = read_root(value), *path;

	if (!root)
		return false;
	if (*root && reader->decides_root) {
		path = config_reader_path(reader, root);
		config_reader_add_text(reader, "root", path);
		free(path);
	}
	free(root);
	return true;
}

/* In Live Server, 0 means the default of 100 ms. */
static bool
take_wait(struct config_reader *reader, const cJSON *value)
{
	bool is_number = cJSON_IsNumber(value);

	if (is_number && value->valuedouble == 0)
		config_reader_add_text(reader, "wait", "100");
	else if (is_number)
		config_reader_add_json(reader, option_find(reader->table, "wait"), "wait", value);
	return is_number;
}

/* The path relative to the folder inside (NULL: none); NULL when it is not in that folder. */
static const char *
relative_to(const char *path, const char *inside)
{
	size_t length = inside ? strlen(inside) : 0;

	if (length == 0)
		return inside ? path : NULL;
	return strncmp(path, inside, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

/*
 * Adds a glob of ignoreFiles to --ignore. It is relative to the folder that is open in VS Code, unless
 * it begins with a star. Globs for files outside of the served folder are not needed.
 */
static void
add_glob(struct config_reader *reader, const char *glob)
{
	const char *front = *glob == '!' ? "!" : "";
	const char *path = glob + strlen(front);
	char *from_root;

	if (*path == '*') {
		config_reader_add_text(reader, "ignore", glob);
		return;
	}
	while (*path == '/' || (path[0] == '.' && path[1] == '/'))
		path++;
	path = relative_to(path, reader->inside);
	if (!path)
		return;
	from_root = mem_format("%s/%s", front, path);
	config_reader_add_text(reader, "ignore", from_root);
	free(from_root);
}

static bool
is_list_of_texts(const cJSON *value)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, value)
	{
		if (!cJSON_IsString(item))
			return false;
	}
	return cJSON_IsArray(value);
}

/* ignoreFiles replaces the patterns of sources that are ignored by default. */
static bool
take_ignored(struct config_reader *reader, const cJSON *value)
{
	const cJSON *item;

	if (!is_list_of_texts(value))
		return false;
	config_reader_add_text(reader, "watch-sources", "");
	cJSON_ArrayForEach(item, value)
	{
		add_glob(reader, item->valuestring);
	}
	return true;
}

/* {"enable": true, "baseUri": "/api", "proxyUri": "http://127.0.0.1:80"} */
static bool
take_proxy(struct config_reader *reader, const cJSON *value)
{
	const char *route = text_member(value, "baseUri"), *target = text_member(value, "proxyUri");
	char *rule;

	if (!cJSON_IsObject(value))
		return false;
	if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(value, "enable")))
		return true;
	rule = mem_format("%s=%s", route ? route : "/", target ? target : "http://127.0.0.1:80");
	config_reader_add_text(reader, "proxy", rule);
	free(rule);
	return true;
}

static void
add_path(struct config_reader *reader, const char *name, const char *path)
{
	char *located = path && *path ? config_reader_path(reader, path) : NULL;

	if (located)
		config_reader_add_text(reader, name, located);
	free(located);
}

/* {"enable": true, "cert": "/a.cert", "key": "/a.key", "passphrase": ""} */
static bool
take_https(struct config_reader *reader, const cJSON *value)
{
	const char *passphrase = text_member(value, "passphrase");

	if (!cJSON_IsObject(value))
		return false;
	if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(value, "enable")))
		return true;
	config_reader_add_text(reader, "https", "");
	add_path(reader, "cert", text_member(value, "cert"));
	add_path(reader, "key", text_member(value, "key"));
	if (passphrase && *passphrase)
		config_reader_add_text(reader, "passphrase", passphrase);
	return true;
}

static const struct compat_key vscode[] = {
	{"root", "a path below the folder, such as \"/\" or \"/sub\"", take_root},
	{"multiRootWorkspaceName", "the name of a folder", take_workspace_name},
	{"wait", "a number", take_wait},
	{"ignoreFiles", "a list of texts, such as [\"**/*.scss\"]", take_ignored},
	{"proxy",
		"an object, such as {\"enable\": true, \"baseUri\": \"/api\", \"proxyUri\": "
		"\"http://127.0.0.1:8080\"}",
		take_proxy},
	{"https",
		"an object, such as {\"enable\": true, \"cert\": \"/a.cert\", \"key\": \"/a.key\"}",
		take_https},
	{"showOnStatusbar", "true or false", take_nothing},
	{"donotShowInfoMsg", "true or false", take_nothing},
	{"donotVerifyTags", "true or false", take_nothing},
	{0},
};

/* ---- live-server ---- */

static bool
take_log_level(struct config_reader *reader, const cJSON *value)
{
	bool is_number = cJSON_IsNumber(value);

	if (is_number)
		config_reader_add_text(reader, "log-level",
			value->valuedouble < 2    ? "quiet"
			: value->valuedouble >= 3 ? "verbose"
						  : "normal");
	return is_number;
}

/* A program, or a list of a program and its arguments. */
static bool
take_browser(struct config_reader *reader, const cJSON *value)
{
	struct buf line = {0};
	const cJSON *item;

	if (cJSON_IsString(value))
		buf_add_text(&line, value->valuestring);
	else if (!is_list_of_texts(value))
		return false;
	cJSON_ArrayForEach(item, value)
	{
		buf_addf(&line, "%s%s", line.length ? "," : "", item->valuestring);
	}
	if (line.length)
		config_reader_add_text(reader, "browser", line.bytes);
	buf_finish(&line);
	return true;
}

/* In live-server, the value is the path of a JavaScript module. */
static bool
take_https_module(struct config_reader *reader, const cJSON *value)
{
	if (cJSON_IsString(value))
		config_reader_complain(reader,
			"\"https\": no JavaScript runs in liveserve; give "
			"\"https\": true, \"cert\" and \"key\" in .liveserve.json");
	return cJSON_IsString(value) || cJSON_IsBool(value);
}

static const struct compat_key live_server[] = {
	{"browser", "a program, or a list of a program and what it is started with", take_browser},
	{"https", "the path of a module", take_https_module},
	{"logLevel", "a number from 0 to 3", take_log_level},
	{0},
};

/* ---- one of the two ---- */

/* How one of the two servers writes settings. */
struct format {
	const char *prefix; /* of every key */
	const struct compat_key *table;
	size_t offset; /* of the member of struct option_spec that holds its name of an option */
};

static const struct format of_vscode = {
	COMPAT_VSCODE "settings.", vscode, offsetof(struct option_spec, vscode)};
static const struct format of_live_server = {
	"", live_server, offsetof(struct option_spec, live_server)};

/* What the format calls an option; NULL: there is no such name. */
static const char *
name_of(const struct format *format, const struct option_spec *option)
{
	return *(const char *const *)((const char *)option + format->offset);
}

static const struct compat_key *
find_key(const struct format *format, const char *word)
{
	const struct compat_key *special = format->table;

	while (special->key && strcmp(special->key, word) != 0)
		special++;
	return special->key ? special : NULL;
}

static const struct option_spec *
find_option(const struct format *format, const struct option_spec *option, const char *word)
{
	for (; option->help; option++)
		if (name_of(format, option) && strcmp(name_of(format, option), word) == 0)
			return option;
	return NULL;
}

/* The key that is probably meant by an unknown one; NULL when none is like it. */
static const char *
find_near(const struct format *format, const struct option_spec *option, const char *word)
{
	struct nearest_word near = {.wanted = slice_of(word)};

	for (const struct compat_key *special = format->table; special->key; special++)
		nearest_word_consider(&near, special->key);
	for (; option->help; option++)
		nearest_word_consider(&near, name_of(format, option));
	return near.word;
}

static void
complain_of_key(struct config_reader *reader, const struct format *format, const char *key)
{
	const char *dot = strrchr(key, '.'), *near;
	char *meant;

	if (!config_reader_may_complain(reader))
		return;
	near = find_near(format, reader->table, dot ? dot + 1 : key);
	meant = near ? mem_format("%s%s", format->prefix, near) : NULL;
	if (!near && !*format->prefix)
		return; /* it may be a key of Five Server, whose settings file has the same name */
	config_reader_complain_of_key(reader, key, meant);
	free(meant);
}

/* In Live Server, an empty text means that nothing is set. */
static bool
is_unset(const struct format *format, const struct option_spec *option, const cJSON *value)
{
	const char *text = cJSON_GetStringValue(value);

	return format == &of_vscode && option->kind == OPTION_TEXT && text && !*text;
}

static void
take(struct config_reader *reader, const struct format *format, const char *key, const cJSON *value)
{
	bool has_prefix = slice_starts(slice_of(key), format->prefix);
	const char *word = has_prefix ? key + strlen(format->prefix) : "";
	const struct compat_key *special = find_key(format, word);
	const struct option_spec *option = special ? NULL
						   : find_option(format, reader->table, word);

	if (special && !cJSON_IsNull(value) && !special->take(reader, value))
		config_reader_complain(reader, "\"%s\" needs %s", key, special->needs);
	else if (option && !is_unset(format, option, value))
		config_reader_add_json(reader, option, key, value);
	else if (!special && !option)
		complain_of_key(reader, format, key);
}

void
compat_read_vscode(struct config_reader *reader, const char *key, const cJSON *value)
{
	take(reader, &of_vscode, key, value);
}

void
compat_read_live_server(struct config_reader *reader, const char *key, const cJSON *value)
{
	take(reader, &of_live_server, key, value);
}

char *
compat_root(const struct config_reader *reader, const char *object)
{
	return read_root(config_reader_member(reader, object, COMPAT_VSCODE "settings.root"));
}

char *
compat_workspace_folder(const struct config_reader *reader)
{
	const char *name = cJSON_GetStringValue(config_reader_member(
		reader, "settings", COMPAT_VSCODE "settings.multiRootWorkspaceName"));
	const cJSON *folder = name ? find_folder(reader, name) : NULL;

	if (!folder)
		folder = find_folder(reader, NULL);
	return folder ? config_reader_path(reader, text_member(folder, "path")) : NULL;
}

/* ---- where VS Code keeps the settings of a user ---- */

/* A folder of the XDG base directory specification: what names it, and where it is in the home folder. */
static const struct base {
	const char *variable, *fallback;
} data_base = {"XDG_DATA_HOME", ".local/share"}, home_base = {NULL, ""},
  config_base = {"XDG_CONFIG_HOME", ".config"};

/* The home folder of the server of VS Code is that of the machine at the other end: SSH, WSL. */
static const struct place {
	const struct base *base;
	const char *path;
} places[] = {
	{&data_base, "code-server/User"},
	{&home_base, ".var/app/com.vscodium.codium/config/VSCodium/User"},
	{&home_base, ".var/app/com.visualstudio.code/config/Code/User"},
	{&config_base, "Cursor/User"},
	{&config_base, "Windsurf/User"},
	{&config_base, "VSCodium/User"},
	{&config_base, "Code - OSS/User"},
	{&config_base, "Code - Insiders/User"},
	{&home_base, ".vscode-server/data/Machine"},
	{&config_base, "Code/User"},
};

_Static_assert(sizeof(places) / sizeof(places[0]) <= COMPAT_VSCODE_FOLDERS_MAX, "too many places");

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
compat_vscode_folders(char *folders[COMPAT_VSCODE_FOLDERS_MAX])
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
