/*
 * authority_files: see authority_files.h. It has no state.
 */
#define _GNU_SOURCE
#include "certificates/authority_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "security/user_data.h"

enum { FILE_MAX = 64 * 1024 };

/* This was written after 1 January 2025, so no clock that is right says less. */
#define WRITTEN_AT ((time_t)1735689600)

struct files {
	char *folder, *key, *certificate;
};

/* Returns false without a home folder. */
static bool
find_files(struct files *files)
{
	*files = (struct files){.folder = user_data_folder("authority")};
	if (!files->folder)
		return false;
	files->key = path_join(files->folder, "key.pem");
	files->certificate = path_join(files->folder, "certificate.pem");
	return true;
}

static void
forget_files(struct files *files)
{
	free(files->folder);
	free(files->key);
	free(files->certificate);
}

char *
authority_files_certificate(void)
{
	struct files files;
	char *path = find_files(&files) ? mem_text(files.certificate) : NULL;

	forget_files(&files);
	return path;
}

/* ---- the clock ---- */

static const char *
to_day(time_t at, char day[16])
{
	struct tm broken_down = {0};

	gmtime_r(&at, &broken_down);
	strftime(day, 16, "%Y-%m-%d", &broken_down);
	return day;
}

bool
authority_files_counts(const struct authority *authority, time_t now, struct buf *why)
{
	time_t begin = authority_begin(authority), end = authority_end(authority);
	char first[16], second[16];
	struct files files;
	char *folder;

	if (now >= begin && now < end)
		return true;
	if (now < begin) {
		buf_addf(why,
			"the clock of this machine says %s, but the authority for --https was made "
			"on %s: set the clock right",
			to_day(now, first), to_day(begin, second));
		return false;
	}
	find_files(&files);
	folder = path_quote(files.folder ? files.folder : "");
	buf_addf(why,
		"the authority for --https has ended on %s; if the clock of this machine is right, "
		"remove it with: rm -r %s; the next start makes a new one",
		to_day(end, first), folder);
	free(folder);
	forget_files(&files);
	return false;
}

/* ---- reading ---- */

enum reading {
	READING_DONE,
	READING_NONE,  /* there is no file */
	READING_WRONG, /* after a log line */
};

/* Logs that the authority has to be made anew. */
static void
log_useless(const struct files *files, const char *why)
{
	char *folder = path_quote(files->folder);

	log_error("%s %s; remove it with: rm -r %s; the next start makes a new authority, which "
		  "browsers have to be told of again",
		files->key, why, folder);
	free(folder);
}

/* Whether nobody else can have read or written it; else logs what to do. */
static bool
is_private(const struct files *files, int file)
{
	struct stat state;
	char *key;

	if (fstat(file, &state) < 0 || !S_ISREG(state.st_mode)) {
		log_useless(files, "is not a plain file");
		return false;
	}
	if (state.st_uid != geteuid()) {
		log_error("%s, the key for --https, belongs to another user; start liveserve as "
			  "that user, or give a certificate of yours by --cert=FILE and --key=FILE",
			files->key);
		return false;
	}
	if (!(state.st_mode & (S_IRWXG | S_IRWXO)))
		return true;
	key = path_quote(files->key);
	log_error("other users may read %s, so they could sign certificates that your browsers "
		  "trust; if nobody else uses this machine: chmod 600 %s; else remove the folder "
		  "%s, and the next start makes a new authority",
		files->key, key, files->folder);
	free(key);
	return false;
}

/* Takes file. Returns NULL after a log line. */
static struct authority *
read_open(const struct files *files, int file)
{
	struct authority *authority = NULL;
	struct buf text = {0};

	if (is_private(files, file)) {
		if (!file_read(file, FILE_MAX, &text))
			log_error("cannot read %s: %s", files->key, file_error_text(errno));
		else if (!(authority = authority_read(buf_slice(&text))))
			log_useless(files, "holds no key with the certificate of an authority");
	}
	if (text.bytes)
		explicit_bzero(text.bytes, text.length);
	buf_finish(&text);
	close(file);
	return authority;
}

static enum reading
read_files(const struct files *files, struct authority **authority)
{
	int file = open(files->key, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);

	if (file < 0 && errno == ENOENT)
		return READING_NONE;
	if (file < 0) {
		log_error("cannot read %s, the key for --https: %s; see if the folder is yours and "
			  "the file is no link",
			files->key, strerror(errno));
		return READING_WRONG;
	}
	if (!user_data_folders_are_own(files->folder)) {
		log_error("%s is not used: it and the folder that it lies in must belong to you, "
			  "and nobody else may write to them",
			files->folder);
		close(file);
		return READING_WRONG;
	}
	*authority = read_open(files, file);
	return *authority ? READING_DONE : READING_WRONG;
}

/* ---- making ---- */

static void
log_cannot_write(const struct files *files, int error)
{
	log_error("cannot write to %s, where the keys for --https are kept: %s; make that folder "
		  "yours, name another one by XDG_DATA_HOME, or give --cert=FILE and --key=FILE",
		files->folder, strerror(error));
}

/* Returns false after a log line; true also when another process was faster. */
static bool
write_key(const struct files *files, const struct authority *authority)
{
	struct buf text = {0};
	bool is_written = authority_add_pem(authority, &text) &&
			  (user_data_create(files->key, buf_slice(&text)) || errno == EEXIST);

	if (!is_written)
		log_cannot_write(files, errno);
	if (text.bytes)
		explicit_bzero(text.bytes, text.length);
	buf_finish(&text);
	return is_written;
}

static bool
make_files(const struct files *files, time_t now)
{
	char host[HOST_NAME_MAX + 1] = "", day[16];
	struct authority *authority;
	bool is_made;

	if (now < WRITTEN_AT) {
		log_error("the clock of this machine says %s, so a certificate would not count; "
			  "set it right",
			to_day(now, day));
		return false;
	}
	if (!user_data_make(files->folder)) {
		log_cannot_write(files, errno);
		return false;
	}
	gethostname(host, sizeof(host) - 1);
	authority = authority_make(now, host);
	if (!authority)
		log_error("OpenSSL makes no key for --https; see if its settings in "
			  "/etc/ssl/openssl.cnf are right");
	is_made = authority && write_key(files, authority);
	authority_destroy(authority);
	return is_made;
}

/* The copy for other programs. It is not needed here, so a failure does not matter. */
static void
write_certificate(const struct files *files, const struct authority *authority)
{
	struct buf wanted = {0}, there = {0};

	if (authority_add_certificate_pem(authority, &wanted) &&
		(!file_read_path(files->certificate, FILE_MAX, &there) ||
			!slice_equal(buf_slice(&wanted), buf_slice(&there))) &&
		(!user_data_replace(files->certificate, buf_slice(&wanted)) ||
			chmod(files->certificate, 0644) < 0))
		log_verbose("cannot write %s: %s", files->certificate, strerror(errno));
	buf_finish(&wanted);
	buf_finish(&there);
}

/* ---- both ---- */

static struct authority *
load(const struct files *files, time_t now, bool *is_new)
{
	struct authority *authority = NULL;
	enum reading reading = read_files(files, &authority);
	struct buf why = {0};

	if (reading == READING_NONE && make_files(files, now)) {
		*is_new = true;
		reading = read_files(files, &authority);
		if (reading == READING_NONE)
			log_cannot_write(files, ENOENT);
	}
	if (authority && !authority_files_counts(authority, now, &why)) {
		log_error("%s", why.bytes);
		authority_destroy(authority);
		authority = NULL;
	}
	buf_finish(&why);
	if (authority)
		write_certificate(files, authority);
	return authority;
}

struct authority *
authority_files_load(time_t now, bool *is_new)
{
	struct authority *authority = NULL;
	struct files files;

	*is_new = false;
	if (find_files(&files))
		authority = load(&files, now, is_new);
	else
		log_error("--https has no folder to keep its keys in: $HOME is not set; set it, or "
			  "give a certificate of yours by --cert=FILE and --key=FILE");
	forget_files(&files);
	return authority;
}
