/*
 * file_account: see file_account.h.
 */
#define _GNU_SOURCE
#include "control/file_account.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"

/* The file or folder that is asked about. */
struct target {
	const char *name; /* without a slash at its end */
	bool exists;
	struct stat state;
	struct watch_description account;
};

static bool
is_folder(const struct target *target)
{
	return target->exists && S_ISDIR(target->state.st_mode);
}

static void
add_label(struct buf *text, const char *label)
{
	buf_addf(text, "  %-10s", label);
}

static void
add_type(struct buf *text, const struct target *target)
{
	add_label(text, "Is");
	if (!target->exists)
		buf_add_text(text, "not there");
	else if (is_folder(target))
		buf_add_text(text, "a folder");
	else
		buf_addf(text, "a file of %lld bytes", (long long)target->state.st_size);
	if (target->account.real) {
		buf_add_text(text, ", really ");
		log_add_printable(text, slice_of(target->account.real));
	}
	buf_add_char(text, '\n');
}

static void
add_watched(struct buf *text, const struct target *target)
{
	static const char *const names[] = {
		[WATCH_NONE] = "no",
		[WATCH_BY_EVENTS] = "by inotify",
		[WATCH_BY_POLLING] = "by polling",
	};

	add_label(text, "Watched");
	buf_add_text(text, names[target->account.method]);
	buf_add_char(text, '\n');
}

static void
add_ignored(struct buf *text, const struct target *target)
{
	add_label(text, "Ignored");
	if (target->account.ignored_by) {
		buf_add_text(text, "by \"");
		log_add_printable(text, slice_of(target->account.ignored_by));
		buf_add_char(text, '"');
	} else {
		buf_add_text(text, "no");
	}
	buf_add_char(text, '\n');
}

static size_t
pages_using(const struct hub *hub, const struct target *target)
{
	char *path;
	size_t pages;

	if (!target->account.is_used)
		return 0;
	path = mem_format("%s%s", target->name, is_folder(target) ? "/" : "");
	pages = hub_pages_using(hub, slice_of(path));
	free(path);
	return pages;
}

static void
add_used(struct buf *text, const struct hub *hub, const struct target *target)
{
	size_t pages = pages_using(hub, target);

	add_label(text, "Used");
	if (!target->account.is_used)
		buf_add_text(text, "no page has asked for it\n");
	else if (pages == 0)
		buf_add_text(text, "it was asked for, but no page is open that uses it\n");
	else
		buf_addf(text, "by %zu open page%s\n", pages, pages == 1 ? "" : "s");
}

static void
add_time(struct buf *text, time_t when)
{
	struct tm local;
	char time_text[16] = "";

	if (localtime_r(&when, &local))
		strftime(time_text, sizeof(time_text), "%H:%M:%S", &local);
	buf_add_text(text, time_text);
}

static void
add_last(struct buf *text, const struct target *target)
{
	static const char *const names[] = {
		[WATCH_HISTORY_CREATED] = "created",
		[WATCH_HISTORY_MODIFIED] = "changed",
		[WATCH_HISTORY_DELETED] = "deleted",
		[WATCH_HISTORY_SAME] = "saved with the same bytes, nothing to tell",
		[WATCH_HISTORY_TOUCHED] = "touched, nothing to tell",
		[WATCH_HISTORY_IGNORED] = "changed, but ignored",
	};
	const struct watch_history_entry *last = target->account.last;

	add_label(text, "Last seen");
	if (!last) {
		buf_add_text(text, "no change, as far as liveserve remembers\n");
		return;
	}
	add_time(text, last->when);
	buf_addf(text, " %s", names[last->outcome]);
	if (last->outcome <= WATCH_HISTORY_DELETED)
		buf_addf(text, ", told %zu page%s", last->page_count,
			last->page_count == 1 ? "" : "s");
	buf_add_char(text, '\n');
}

/* Whether the next change would be announced, and if not, why. */
static const char *
predict(const struct target *target)
{
	const struct watch_description *account = &target->account;

	if (account->is_used)
		return account->method == WATCH_NONE ? "no, its folder is gone"
						     : "would be announced";
	if (account->ignored_by)
		return "would not be announced, until a page asks for it";
	if (account->method == WATCH_BY_EVENTS)
		return "would be announced";
	if (account->method == WATCH_BY_POLLING)
		return "would be announced only if its name is new, until a page asks for it";
	return account->is_walking ? "would not be announced yet: its folder is not scanned yet"
				   : "would not be announced, until a page asks for it";
}

void
file_account_add(struct buf *text, const char *name, const struct root *root,
	const struct watch *watch, const struct hub *hub)
{
	struct target target = {.name = name};

	target.exists = root_stat(root, name, &target.state);
	watch_describe(watch, name, is_folder(&target), &target.account);
	log_add_printable(text, slice_of(*name ? name : "."));
	buf_add_char(text, '\n');
	add_type(text, &target);
	add_watched(text, &target);
	add_ignored(text, &target);
	if (!is_folder(&target))
		add_used(text, hub, &target);
	add_last(text, &target);
	add_label(text, "A change");
	buf_add_text(text, predict(&target));
	buf_add_char(text, '\n');
}
