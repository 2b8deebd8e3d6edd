/*
 * trust: see trust.h. It has no state: what was done before is seen at the places themselves.
 */
#define _GNU_SOURCE
#include "commands/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "certificates/authority_files.h"
#include "certificates/browser_stores.h"
#include "certificates/nss_store.h"
#include "certificates/system_store.h"
#include "commands/path_line.h"
#include "control/wrong_option.h"

static const char usage[] =
	"Usage: liveserve trust [--undo] [--no-system]\n\n"
	"The certificates of liveserve --https are signed by an authority of your own, which\n"
	"counts only for names and addresses that are not in the internet. This makes the\n"
	"browsers of this machine trust it: Chromium and its relatives, and each profile of\n"
	"Firefox (by certutil). It also changes the system's store, which curl and others\n"
	"read, if you are root; else it prints the command for that.\n\n"
	"  --undo       take it out of all of them again\n"
	"  --no-system  leave the system's store alone";

struct trust {
	char *certificate; /* path */
	bool undo, no_system;
	bool has_failed;
	size_t changes;
};

/* "Firefox profile ab12.default: trusted now (/home/...)". */
static void
print_place(const char *name, const char *folder, const char *what)
{
	struct buf line = {0};

	log_add_printable(&line, slice_of(name));
	buf_addf(&line, ": %s", what);
	if (folder) {
		buf_add_text(&line, " (");
		log_add_printable(&line, slice_of(folder));
		buf_add_char(&line, ')');
	}
	puts(line.bytes);
	buf_finish(&line);
}

/* ---- browsers ---- */

static void
say_how_to_install(struct trust *trust)
{
	log_error("browsers are told by certutil, which is not installed; install it (Debian: apt "
		  "install libnss3-tools; Fedora: nss-tools; Arch: nss) and run this again");
	trust->has_failed = true;
}

/* Returns false when there is no program for it. */
static bool
change_browser(struct trust *trust, const struct browser_store *store)
{
	struct buf why = {0};
	enum store_verdict verdict = trust->undo ? nss_store_remove(store->folder, &why)
						 : nss_store_add(
							   store->folder, trust->certificate, &why);

	if (verdict == STORE_CHANGED) {
		print_place(store->name, store->folder, trust->undo ? "removed" : "trusts it now");
		trust->changes++;
	} else if (verdict == STORE_UNCHANGED) {
		print_place(store->name, store->folder,
			trust->undo ? "did not have it" : "trusted it before");
	} else if (verdict == STORE_FAILED) {
		log_error("certutil cannot change %s: %s; end the browser and try again, or import "
			  "%s there by hand",
			store->folder, why.bytes, trust->certificate);
		trust->has_failed = true;
	}
	buf_finish(&why);
	return verdict != STORE_NO_PROGRAM;
}

static void
change_browsers(struct trust *trust)
{
	struct browser_stores stores;
	bool goes_on = true;

	browser_stores_find(&stores, getenv("HOME"), getenv("XDG_DATA_HOME"),
		getenv("XDG_CONFIG_HOME"), getenv("PATH"));
	for (size_t i = 0; i < stores.count && goes_on; i++)
		goes_on = change_browser(trust, &stores.items[i]);
	if (!goes_on)
		say_how_to_install(trust);
	else if (stores.count == 0 && !trust->undo)
		puts("Browsers: none of yours has a place for certificates yet; start one, and run "
		     "this again.");
	browser_stores_finish(&stores);
}

/* ---- the system ---- */

static void
change_by_root(struct trust *trust, const struct system_store *store)
{
	struct buf why = {0};
	enum store_verdict verdict = trust->undo
					     ? system_store_remove(store, trust->certificate, &why)
					     : system_store_add(store, trust->certificate, &why);

	if (verdict == STORE_CHANGED)
		print_place("The system's store", store->folder,
			trust->undo ? "removed" : "trusts it now");
	else if (verdict == STORE_UNCHANGED)
		print_place("The system's store", store->folder,
			trust->undo ? "did not have it" : "trusted it before");
	else
		log_error("%s does not change the system's store: %s", store->program, why.bytes);
	trust->changes += verdict == STORE_CHANGED;
	trust->has_failed |= verdict != STORE_CHANGED && verdict != STORE_UNCHANGED;
	buf_finish(&why);
}

static void
print_line_for_root(const struct trust *trust, const struct system_store *store)
{
	char *line = trust->undo ? system_store_remove_line(store, trust->certificate)
				 : system_store_add_line(store, trust->certificate);

	if (!trust->undo)
		printf("The system's store, which curl and others read, is changed by root: %s\n",
			line);
	else if (!store->folder || system_store_has_ours(store))
		printf("If it is in the system's store, root takes it out: %s\n", line);
	free(line);
}

static void
change_system(struct trust *trust)
{
	struct system_store store;

	if (trust->no_system)
		return;
	if (!system_store_find(&store))
		printf("The system's store is not known here; import %s there by hand.\n",
			trust->certificate);
	else if (geteuid() == 0)
		change_by_root(trust, &store);
	else
		print_line_for_root(trust, &store);
}

/* ---- the command ---- */

/* By sudo, the home folder is mostly that of root, whose browsers nobody uses. */
static void
note_user(void)
{
	const char *user = getenv("SUDO_USER");

	if (geteuid() == 0 && user && *user && strcmp(user, "root") != 0)
		log_notice("this is for the authority of root, which counts for servers that root "
			   "starts; for those that you start, run it without sudo");
}

/* Finds the authority, and makes it if there is none and it is to be trusted. Returns false after a log line. */
static bool
find_authority(struct trust *trust)
{
	struct authority *authority;
	bool is_new, is_readable;

	trust->certificate = authority_files_certificate();
	if (trust->certificate && trust->undo)
		return true;
	authority = authority_files_load(time(NULL), &is_new);
	if (!authority || !trust->certificate) {
		authority_destroy(authority);
		return false;
	}
	authority_destroy(authority);
	if (is_new)
		path_line_print("Made an authority of your own; its certificate is ",
			trust->certificate, "");
	is_readable = access(trust->certificate, R_OK) == 0;
	if (!is_readable)
		log_error("%s cannot be written, so no browser can be told of it; make its folder "
			  "yours",
			trust->certificate);
	return is_readable;
}

static bool
read_line(struct trust *trust, int count, char **arguments)
{
	static const char *const options[] = {"--undo", "--no-system", NULL};

	for (int i = 2; i < count; i++) {
		if (strcmp(arguments[i], "--undo") == 0)
			trust->undo = true;
		else if (strcmp(arguments[i], "--no-system") == 0)
			trust->no_system = true;
		else {
			wrong_option_log("trust", arguments[i], options);
			return false;
		}
	}
	return true;
}

int
trust_run(int count, char **arguments)
{
	struct trust trust = {0};

	if (count > 2 && (strcmp(arguments[2], "--help") == 0 || strcmp(arguments[2], "-h") == 0)) {
		puts(usage);
		return 0;
	}
	if (!read_line(&trust, count, arguments))
		return 2;
	note_user();
	if (find_authority(&trust)) {
		change_browsers(&trust);
		change_system(&trust);
		if (trust.changes)
			puts(trust.undo ? "Restart browsers that run. liveserve trust brings it "
					  "back."
					: "Restart browsers that run. liveserve trust --undo takes "
					  "it out again.");
	} else {
		trust.has_failed = true;
	}
	free(trust.certificate);
	return trust.has_failed ? 1 : 0;
}
