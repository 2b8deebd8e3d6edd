/*
 * directive: see directive.h. Owns nothing. A table names the functions that read the arguments.
 */
#include "rules/directive.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/status.h"
#include "rules/htaccess_words.h"

struct reading {
	struct htaccess_directive *directive;
	struct slice name, arguments;
	struct rule_source *source;
};

static bool
complain(const struct reading *reading, const char *why)
{
	rule_source_note(reading->source, reading->directive->line,
		"%.*s%s%.*s is not followed%s%s", (int)reading->name.length, reading->name.at,
		reading->arguments.length ? " " : "", (int)reading->arguments.length,
		reading->arguments.at, *why ? ": " : "", why);
	return false;
}

/* The next word as text of its own; NULL at the end. The caller frees. */
static char *
take(struct slice *rest)
{
	struct buf word = {0};

	if (htaccess_take_word(rest, &word))
		return buf_take(&word);
	buf_finish(&word);
	return NULL;
}

static bool
is_word(const char *text, const char *word)
{
	return text && slice_is_nocase(slice_of(text), word);
}

/* ---- mod_alias ---- */

/* A word or a number; 0 for anything else. */
static int
redirect_status(const char *text)
{
	static const struct {
		const char *word;
		int status;
	} words[] = {{"permanent", 301}, {"temp", 302}, {"seeother", 303}, {"gone", 410}};
	uint64_t number;

	for (size_t i = 0; text && i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(text, words[i].word))
			return words[i].status;
	return text && slice_number(slice_of(text), &number) && number >= 300 && number < 600 &&
			       status_is_known((int)number) && number != 304
		       ? (int)number
		       : 0;
}

static bool
is_target(const char *text)
{
	return text[0] == '/' || strstr(text, "://");
}

static bool
read_redirect_to(struct reading *reading, int status, bool is_pattern)
{
	struct htaccess_directive *directive = reading->directive;
	struct slice rest = reading->arguments, before = rest;
	char why[PATTERN_WHY_SIZE] = "", *word = status ? NULL : take(&rest);

	directive->kind = HTACCESS_REDIRECT;
	directive->number = status ? status : redirect_status(word);
	if (!status && !directive->number) {
		directive->number = 302;
		rest = before;
	}
	free(word);
	directive->first = take(&rest);
	directive->second = take(&rest);
	if (!directive->first || (!is_pattern && directive->first[0] != '/'))
		return complain(reading, "it needs a path that begins with a slash");
	if (directive->number < 400 &&
		(!directive->second || (!is_pattern && !is_target(directive->second))))
		return complain(reading, "it needs a path or an address to lead to");
	if (is_pattern)
		directive->pattern = pattern_create(slice_of(directive->first), false, why);
	return !is_pattern || directive->pattern || complain(reading, why);
}

static bool
read_redirect(struct reading *reading)
{
	return read_redirect_to(reading, 0, false);
}

static bool
read_redirect_match(struct reading *reading)
{
	return read_redirect_to(reading, 0, true);
}

static bool
read_redirect_permanent(struct reading *reading)
{
	return read_redirect_to(reading, 301, false);
}

static bool
read_redirect_temp(struct reading *reading)
{
	return read_redirect_to(reading, 302, false);
}

/* ---- mod_headers ---- */

static bool
read_action(struct header_rule *header, const char *word)
{
	static const struct {
		const char *word;
		enum header_action action;
	} rows[] = {{"set", HEADER_SET}, {"setifempty", HEADER_SET_IF_EMPTY}, {"add", HEADER_ADD},
		{"append", HEADER_APPEND}, {"merge", HEADER_MERGE}, {"unset", HEADER_UNSET}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (is_word(word, rows[i].word)) {
			header->action = rows[i].action;
			return true;
		}
	return false;
}

/* "%%" is a percent sign. Returns false for what httpd fills in, such as "%D". */
static bool
read_format(char *value)
{
	char *to = value;

	for (const char *from = value; *from; from++) {
		if (from[0] == '%' && from[1] != '%')
			return false;
		from += from[0] == '%';
		*to++ = *from;
	}
	*to = '\0';
	return true;
}

/* What the field is for a file of a site to say. */
static bool
check_header(struct reading *reading)
{
	const struct header_rule *header = &reading->directive->header;
	bool is_type = is_word(header->name, "Content-Type") && header->action == HEADER_SET;
	const char *why = header_rule_refusal(is_type ? "X-Type" : header->name, header->value);

	if (why)
		rule_source_note(
			reading->source, reading->directive->line, "%s %s", header->name, why);
	return !why;
}

static bool
read_header(struct reading *reading)
{
	struct header_rule *header = &reading->directive->header;
	struct slice rest = reading->arguments;
	char *word = take(&rest);
	bool is_action;

	reading->directive->kind = HTACCESS_HEADER;
	if (is_word(word, "always") || is_word(word, "onsuccess")) {
		header->is_always = is_word(word, "always");
		free(word);
		word = take(&rest);
	}
	is_action = read_action(header, word);
	free(word);
	header->name = take(&rest);
	if (!is_action || !header->name)
		return complain(reading, "");
	if (slice_ends(slice_of(header->name), ":"))
		header->name[strlen(header->name) - 1] = '\0';
	header->value = header->action == HEADER_UNSET ? NULL : take(&rest);
	word = take(&rest);
	is_action = !word;
	free(word);
	if (!is_action)
		return complain(reading, "it depends on a condition");
	if (!header->value)
		header->value = mem_text("");
	return read_format(header->value) ? check_header(reading)
					  : complain(reading, "it has a format");
}

/* ---- the others ---- */

static bool
read_error_document(struct reading *reading)
{
	struct slice rest = reading->arguments;
	char *status = take(&rest);
	bool is_quoted;
	uint64_t number;

	reading->directive->kind = HTACCESS_ERROR_DOCUMENT;
	if (status && slice_number(slice_of(status), &number) && number >= 400 && number < 600)
		reading->directive->number = (int)number;
	free(status);
	rest = slice_trim(rest);
	is_quoted = slice_starts(rest, "\"");
	reading->directive->first = take(&rest);
	if (!reading->directive->number || !reading->directive->first)
		return complain(reading, "it needs a status and a page");
	/* A text in quotes may begin as a path does. httpd reads it as a path, too. */
	(void)is_quoted;
	return true;
}

static bool
read_two(struct reading *reading, enum htaccess_kind kind)
{
	struct slice rest = reading->arguments;

	reading->directive->kind = kind;
	reading->directive->first = take(&rest);
	rest = slice_trim(rest);
	reading->directive->second = mem_copy(rest.length ? rest.at : "", rest.length);
	if (!reading->directive->first || !rest.length)
		return complain(reading, "it needs a value and extensions");
	return !header_rule_refusal("X-Value", reading->directive->first) ||
	       complain(reading, "it has control characters");
}

static bool
read_type(struct reading *reading)
{
	return read_two(reading, HTACCESS_TYPE);
}

static bool
read_charset(struct reading *reading)
{
	return read_two(reading, HTACCESS_CHARSET);
}

static bool
read_encoding(struct reading *reading)
{
	return read_two(reading, HTACCESS_ENCODING);
}

static bool
read_no_type(struct reading *reading)
{
	reading->directive->kind = HTACCESS_NO_TYPE;
	reading->directive->second = mem_copy(reading->arguments.at, reading->arguments.length);
	return true;
}

static bool
read_one(struct reading *reading, enum htaccess_kind kind)
{
	struct slice rest = reading->arguments;

	reading->directive->kind = kind;
	reading->directive->first = take(&rest);
	if (!reading->directive->first)
		return complain(reading, "it needs a value");
	return !header_rule_refusal("X-Value", reading->directive->first) ||
	       complain(reading, "it has control characters");
}

static bool
read_forced_type(struct reading *reading)
{
	return read_one(reading, HTACCESS_FORCED_TYPE);
}

static bool
read_default_charset(struct reading *reading)
{
	return read_one(reading, HTACCESS_DEFAULT_CHARSET);
}

static bool
read_fallback(struct reading *reading)
{
	return read_one(reading, HTACCESS_FALLBACK);
}

static bool
read_index(struct reading *reading)
{
	reading->directive->kind = HTACCESS_INDEX;
	reading->directive->first = mem_copy(reading->arguments.at, reading->arguments.length);
	return true;
}

/* Only what decides whether folders are listed; following links is the server's own affair. */
/* One word of Options, without its sign. */
static void
read_one_option(struct reading *reading, struct slice option, bool is_on)
{
	int *number = &reading->directive->number;

	if (slice_is_nocase(option, "Indexes") || slice_is_nocase(option, "All")) {
		*number |= HTACCESS_SAYS_INDEXES;
		*number = is_on ? *number | HTACCESS_INDEXES : *number & ~HTACCESS_INDEXES;
	} else if (slice_is_nocase(option, "MultiViews")) {
		*number |= HTACCESS_SAYS_VIEWS;
		*number = is_on ? *number | HTACCESS_VIEWS : *number & ~HTACCESS_VIEWS;
	} else if (is_on && slice_is_nocase(option, "ExecCGI")) {
		rule_source_note(reading->source, reading->directive->line,
			"Options %.*s is not followed", (int)option.length, option.at);
	}
}

/* Words without a sign replace all that outer files say. */
static bool
read_options(struct reading *reading)
{
	struct slice rest = reading->arguments;
	struct buf word = {0};

	reading->directive->kind = HTACCESS_OPTIONS;
	while (htaccess_take_word(&rest, &word)) {
		struct slice option = buf_slice(&word);
		bool is_on = !slice_starts(option, "-");

		if (slice_starts(option, "+") || slice_starts(option, "-"))
			slice_drop(&option, 1);
		else
			reading->directive->number |= HTACCESS_SAYS_INDEXES | HTACCESS_SAYS_VIEWS;
		read_one_option(reading, option, is_on);
	}
	buf_finish(&word);
	return reading->directive->number;
}

/* ---- mod_negotiation ---- */

/* The words with one space between them. */
static bool
read_language_priority(struct reading *reading)
{
	struct slice rest = reading->arguments;
	struct buf word = {0}, all = {0};

	while (htaccess_take_word(&rest, &word)) {
		buf_add_text(&all, all.length ? " " : "");
		buf_add_slice(&all, buf_slice(&word));
	}
	buf_finish(&word);
	reading->directive->kind = HTACCESS_LANGUAGES;
	reading->directive->first = all.length ? buf_take(&all) : NULL;
	buf_finish(&all);
	return reading->directive->first || complain(reading, "it needs languages");
}

/* "AddLanguage zh .zh" says what the name of the file says already. */
static bool
read_add_language(struct reading *reading)
{
	struct slice rest = reading->arguments;
	struct buf language = {0}, extension = {0};
	bool is_same = htaccess_take_word(&rest, &language);

	while (is_same && htaccess_take_word(&rest, &extension)) {
		struct slice given = buf_slice(&extension);

		if (slice_starts(given, "."))
			slice_drop(&given, 1);
		is_same = slice_equal_nocase(given, buf_slice(&language));
	}
	buf_finish(&language);
	buf_finish(&extension);
	if (!is_same)
		complain(reading, "here the extension of a language is its tag");
	return false;
}

/* "Prefer Fallback" is what is done anyway. */
static bool
read_force_language(struct reading *reading)
{
	if (slice_is_nocase(reading->arguments, "None"))
		complain(reading, "");
	return false;
}

static bool
read_require(struct reading *reading)
{
	struct slice text = reading->arguments;

	reading->directive->kind = HTACCESS_REQUIRE;
	reading->directive->number = slice_is_nocase(text, "all granted");
	if (reading->directive->number || slice_is_nocase(text, "all denied"))
		return true;
	if (slice_starts_nocase(text, "valid-user") || slice_starts_nocase(text, "user") ||
		slice_starts_nocase(text, "group"))
		return complain(reading, "--htpasswd asks for a password");
	if (slice_starts_nocase(text, "not "))
		return complain(reading, "");
	complain(reading, "who asks is not looked at, so nobody is let in");
	return true;
}

static bool
read_order(struct reading *reading)
{
	reading->directive->kind = HTACCESS_ORDER;
	reading->directive->number = slice_starts_nocase(reading->arguments, "deny");
	return true;
}

static bool
read_allow(struct reading *reading)
{
	reading->directive->kind = HTACCESS_ALLOW;
	return slice_is_nocase(reading->arguments, "from all") ||
	       complain(reading, "who asks is not looked at");
}

static bool
read_deny(struct reading *reading)
{
	reading->directive->kind = HTACCESS_DENY;
	return slice_is_nocase(reading->arguments, "from all") ||
	       complain(reading, "who asks is not looked at");
}

/* What is as if it was followed, because the server does it anyway or it concerns nobody here. */
static bool
read_nothing(struct reading *reading)
{
	(void)reading;
	return false;
}

bool
directive_read(struct htaccess_directive *directive, struct slice name, struct slice arguments,
	struct rule_source *source)
{
	static const struct {
		const char *name;
		bool (*read)(struct reading *reading);
	} rows[] = {
		{"Redirect", read_redirect},
		{"RedirectMatch", read_redirect_match},
		{"RedirectPermanent", read_redirect_permanent},
		{"RedirectTemp", read_redirect_temp},
		{"Header", read_header},
		{"ErrorDocument", read_error_document},
		{"AddType", read_type},
		{"RemoveType", read_no_type},
		{"ForceType", read_forced_type},
		{"AddCharset", read_charset},
		{"AddDefaultCharset", read_default_charset},
		{"AddEncoding", read_encoding},
		{"DirectoryIndex", read_index},
		{"FallbackResource", read_fallback},
		{"Options", read_options},
		{"LanguagePriority", read_language_priority},
		{"AddLanguage", read_add_language},
		{"ForceLanguagePriority", read_force_language},
		{"Require", read_require},
		{"Order", read_order},
		{"Allow", read_allow},
		{"Deny", read_deny},
		{"Satisfy", read_nothing},
		{"ServerSignature", read_nothing},
		{"FileETag", read_nothing},
	};
	struct reading reading = {
		directive, name, arguments.at ? arguments : SLICE_LITERAL(""), source};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_is_nocase(name, rows[i].name))
			return rows[i].read(&reading);
	return complain(&reading, "");
}
