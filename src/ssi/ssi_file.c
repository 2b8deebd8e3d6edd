/*
 * ssi_file: see ssi_file.h.
 */
#include "ssi/ssi_file.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

enum { WHAT_MAX = 300 }; /* bytes of what is told, at most */

void
ssi_part_finish(struct ssi_part *part)
{
	buf_finish(&part->name);
	buf_finish(&part->bytes);
}

void
ssi_file_init(struct ssi_file *file, struct ssi_page *page, const char *name, struct slice text)
{
	*file = (struct ssi_file){
		.page = page,
		.name = name,
		.text = text,
		.has_short_sizes = true,
		.is_printing = true,
		.has_branch = true,
	};
	buf_add_text(&file->error_text, "[an error occurred while processing this directive]");
	buf_add_text(&file->unset_text, "(none)");
	buf_add_text(&file->time_format, "%A, %d-%b-%Y %H:%M:%S %Z");
}

void
ssi_file_finish(struct ssi_file *file)
{
	buf_finish(&file->error_text);
	buf_finish(&file->unset_text);
	buf_finish(&file->time_format);
}

const char *
ssi_file_time_format(const struct ssi_file *file)
{
	return file->time_format.bytes;
}

static void
tell(struct ssi_file *file, const char *what)
{
	const struct ssi_page_options *options = file->page->options;

	options->tell(options->context, file->name, ssi_parser_line(file->text, file->at), what);
}

void
ssi_file_stop(struct ssi_file *file, const char *what)
{
	if (!file->page->is_stopped)
		tell(file, what);
	file->page->is_stopped = true;
}

void
ssi_file_add(struct ssi_file *file, struct slice text)
{
	struct ssi_page *page = file->page;

	if (page->is_stopped)
		return;
	if (page->bytes->length + text.length > SSI_PAGE_BYTES_MAX)
		ssi_file_stop(file,
			"the page becomes larger than 4 MiB with what it includes, and ends here");
	else
		buf_add_slice(page->bytes, text);
}

void
ssi_file_add_of(struct ssi_file *file, const char *name, struct slice text, struct slice part)
{
	const struct ssi_page_options *options = file->page->options;
	size_t at = file->page->bytes->length;

	ssi_file_add(file, part);
	if (options->added && file->page->bytes->length > at)
		options->added(
			options->context, name, text, (size_t)(part.at - text.at), part.length, at);
}

static void __attribute__((format(printf, 2, 0)))
tell_formatted(struct ssi_file *file, const char *format, va_list arguments)
{
	char what[WHAT_MAX];
	struct buf shown = {0};

	vsnprintf(what, sizeof(what), format, arguments);
	log_add_printable(&shown, slice_of(what));
	tell(file, shown.bytes);
	buf_finish(&shown);
}

void
ssi_file_tell(struct ssi_file *file, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell_formatted(file, format, arguments);
	va_end(arguments);
}

void
ssi_file_fail(struct ssi_file *file, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell_formatted(file, format, arguments);
	va_end(arguments);
	ssi_file_add(file, buf_slice(&file->error_text));
}

void
ssi_file_expand(struct ssi_file *file, const struct ssi_attribute *attribute, struct buf *value)
{
	struct buf written = {0};

	ssi_parser_add_value(attribute, &written);
	buf_reserve(value, 0);
	value->bytes[value->length] = '\0';
	if (!ssi_variables_expand(
		    file->page->variables, buf_slice(&written), ssi_file_time_format(file), value))
		ssi_file_tell(file, "the } of a variable is missing: %.*s", (int)written.length,
			buf_slice(&written).at);
	buf_finish(&written);
}
