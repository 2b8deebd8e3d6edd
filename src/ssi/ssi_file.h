/*
 * ssi_file: one file while its directives are followed: the page itself, or one that it includes; and what
 * goes wrong in it.
 */
#ifndef SSI_FILE_H
#define SSI_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "ssi/ssi_parser.h"
#include "ssi/ssi_variables.h"

enum {
	SSI_PAGE_BYTES_MAX = 4 * 1024 * 1024, /* of the page that is made */
	SSI_PAGE_DEPTH_MAX = 16,              /* files within files */
	SSI_PAGE_PARTS_MAX = 512,             /* files that are included or asked about */
	SSI_PAGE_DIRECTIVES_MAX = 20000,
};

/* A file that a page includes, or asks about. Zeroed is empty; the caller calls ssi_part_finish(). */
struct ssi_part {
	struct buf name;  /* in the site */
	struct buf bytes; /* if they were asked for */
	uint64_t size;
	time_t modified;
	bool has_directives; /* it is of a kind whose directives are followed */
};

void ssi_part_finish(struct ssi_part *part);

/*
 * Opens the file called name (in the site; that of a folder ends in '/', or is ""), sets part, and reads
 * its bytes if reads. part is empty. Returns NULL, or why it cannot be had, a static text: "there is no such file".
 */
typedef const char *ssi_open_fn(void *context, const char *name, bool reads, struct ssi_part *part);

/* Gets what is wrong in a file of the site, without a period. */
typedef void ssi_tell_fn(void *context, const char *name, size_t line, const char *what);

/*
 * Is told that the bytes of text from offset on, so many of them, are added to the page, at byte `at` of it. text is that
 * of the whole file called name.
 */
typedef void ssi_added_fn(void *context, const char *name, struct slice text, size_t offset,
	size_t length, size_t at);

struct ssi_page_options {
	ssi_open_fn *open;
	ssi_tell_fn *tell;
	ssi_added_fn *added; /* or NULL */
	void *context;
};

struct ssi_file;

/* What all files of one page share. */
struct ssi_page {
	const struct ssi_page_options *options;
	struct ssi_variables *variables;
	struct buf *bytes; /* of the page so far */
	size_t part_count, directive_count;
	bool is_stopped; /* a limit was reached: nothing more is added */
	/* Follows the directives of file, and adds what it shows. */
	void (*follow)(struct ssi_file *file);
};

struct ssi_file {
	struct ssi_page *page;
	const char *name; /* in the site */
	struct slice text;
	const struct ssi_file *includer; /* or NULL */
	unsigned depth;
	size_t at; /* of the directive that is followed */
	/* What #config has set. */
	struct buf error_text, unset_text, time_format;
	bool has_short_sizes;
	/* Of #if: */
	bool is_printing, has_branch; /* has_branch: one of its branches was taken */
	unsigned skipped;             /* those within a branch that is not shown */
	unsigned open_count;          /* those without an #endif so far */
};

/* A file with the settings that every file begins with. Borrows name and text; keeps a pointer to page. */
void ssi_file_init(
	struct ssi_file *file, struct ssi_page *page, const char *name, struct slice text);
void ssi_file_finish(struct ssi_file *file);

/* Adds text to the page. When there is too much, the page stops. */
void ssi_file_add(struct ssi_file *file, struct slice text);
/* The same with a part of the text of a file that file includes, or is. */
void ssi_file_add_of(struct ssi_file *file, const char *name, struct slice text, struct slice part);

/* Tells what is wrong with the directive that is followed. */
void ssi_file_tell(struct ssi_file *file, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same, and the page shows the text for errors. */
void ssi_file_fail(struct ssi_file *file, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Tells it, and ends the page. */
void ssi_file_stop(struct ssi_file *file, const char *what);

/* Adds the value of an attribute, with variables in it replaced. */
void ssi_file_expand(
	struct ssi_file *file, const struct ssi_attribute *attribute, struct buf *value);

/* The format of times, as a C string. */
const char *ssi_file_time_format(const struct ssi_file *file);

#endif
