/*
 * wire_report: see wire_report.h. A file that exists is never changed.
 */
#define _GNU_SOURCE
#include "commands/wire_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/path.h"
#include "http/url.h"

/* What is wrong with a place that cannot be written to. */
static const char *
refusal_text(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return "its folder does not exist";
	case EACCES:
	case EPERM:
		return "you may not write to its folder";
	default:
		return strerror(error);
	}
}

static void
log_refusal(const char *path, int error)
{
	if (error == EEXIST)
		log_error("\"%s\" exists already; delete it first, or give another name with "
			  "--report=",
			path);
	else
		log_error("cannot create \"%s\": %s; give another name with --report=", path,
			refusal_text(error));
}

/* Creates the file. Returns -1 after an error line. */
static int
create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0)
		log_refusal(path, errno);
	return fd;
}

/* Writes text to the file and closes it. Returns false after an error line. */
static bool
fill(int fd, const char *path, struct slice text)
{
	bool is_full = file_write(fd, text);

	if (!is_full)
		log_error("cannot write \"%s\": %s; give a name on another disk with --report=",
			path, strerror(errno));
	close(fd);
	return is_full;
}

static bool
save(const char *path, struct slice text)
{
	int fd = create(path);

	if (fd < 0)
		return false;
	if (fill(fd, path, text))
		return true;
	unlink(path);
	return false;
}

/* ---- Markdown ---- */

/* "report.svg" of "report.md". The caller frees. */
static char *
picture_of(const char *path)
{
	return mem_format("%.*ssvg", (int)(strlen(path) - strlen("md")), path);
}

static bool
save_both(const char *path, struct slice text, const char *picture, struct slice drawing)
{
	int fd = create(path);

	if (fd < 0)
		return false;
	if (!save(picture, drawing)) {
		close(fd);
		unlink(path);
		return false;
	}
	if (fill(fd, path, text))
		return true;
	unlink(path);
	unlink(picture);
	return false;
}

static bool
save_markdown(const char *path, const struct report *report)
{
	char *picture = picture_of(path);
	struct buf text = {0}, drawing = {0}, url = {0};
	bool is_saved;

	url_from_path(path_base(slice_of(picture)), &url);
	if (!report_draw(report, &drawing)) {
		report_write(report, REPORT_MARKDOWN, &text);
		is_saved = save(path, buf_slice(&text));
	} else {
		/* Without the slash in front. */
		report_write_with_picture(report, url.bytes + 1, &text);
		is_saved = save_both(path, buf_slice(&text), picture, buf_slice(&drawing));
		if (is_saved)
			printf("Wrote %s, and %s, the picture in it.\n", path, picture);
	}
	buf_finish(&url);
	buf_finish(&drawing);
	buf_finish(&text);
	free(picture);
	return is_saved;
}

bool
wire_report_save(const char *path, enum report_format format, const struct report *report)
{
	struct buf text = {0};
	bool is_saved;

	if (format == REPORT_MARKDOWN)
		return save_markdown(path, report);
	report_write(report, format, &text);
	is_saved = save(path, buf_slice(&text));
	buf_finish(&text);
	return is_saved;
}
