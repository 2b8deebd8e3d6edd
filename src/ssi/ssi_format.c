/*
 * ssi_format: see ssi_format.h. Owns nothing. Each encoding is one row of a table.
 */
#include "ssi/ssi_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- encoding ---- */

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static void
add_unchanged(struct slice text, struct buf *to)
{
	buf_add_slice(to, text);
}

static void
add_escaped(struct slice text, const char *kept, struct buf *to)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.at[i];

		if (is_alphanumeric(c) || (c && strchr(kept, c)))
			buf_add_char(to, c);
		else if (c == ' ' && !strchr(kept, '/'))
			buf_add_char(to, '+');
		else
			buf_addf(to, "%%%02x", (unsigned char)c);
	}
}

/* For the path of a URL. */
static void
add_url(struct slice text, struct buf *to)
{
	add_escaped(text, "$-_.+!*'(),:;@&=/~", to);
}

/* For the query of a URL, as a form is sent. */
static void
add_urlencoded(struct slice text, struct buf *to)
{
	add_escaped(text, ".-*_", to);
}

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
add_base64(struct slice text, struct buf *to)
{
	uint32_t bits = 0;
	unsigned count = 0;

	for (size_t i = 0; i < text.length; i++) {
		bits = bits << 8 | slice_get8(text, i);
		for (count += 8; count >= 6; count -= 6)
			buf_add_char(to, base64_digits[bits >> (count - 6) & 63]);
	}
	if (count)
		buf_add_char(to, base64_digits[bits << (6 - count) & 63]);
	for (size_t i = text.length; i % 3; i++)
		buf_add_char(to, '=');
}

struct entity {
	char c;
	const char *text;
};

static const struct entity entities[] = {
	{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
enum { ENTITY_COUNT = sizeof(entities) / sizeof(entities[0]) };

static void
add_entities(struct slice text, struct buf *to)
{
	for (size_t i = 0; i < text.length; i++) {
		size_t k = 0;

		while (k < ENTITY_COUNT && entities[k].c != text.at[i])
			k++;
		if (k < ENTITY_COUNT)
			buf_add_text(to, entities[k].text);
		else
			buf_add_char(to, text.at[i]);
	}
}

/* ---- decoding ---- */

static void
add_unescaped(struct slice text, bool has_plus, struct buf *to)
{
	for (size_t i = 0; i < text.length; i++) {
		int high = i + 2 < text.length ? slice_hex_value(text.at[i + 1]) : -1;
		int low = i + 2 < text.length ? slice_hex_value(text.at[i + 2]) : -1;

		if (text.at[i] == '%' && high >= 0 && low >= 0 && (high || low)) {
			buf_add_char(to, (char)(high * 16 + low));
			i += 2;
		} else {
			buf_add_char(to, has_plus && text.at[i] == '+' ? ' ' : text.at[i]);
		}
	}
}

static void
add_from_url(struct slice text, struct buf *to)
{
	add_unescaped(text, false, to);
}

static void
add_from_urlencoded(struct slice text, struct buf *to)
{
	add_unescaped(text, true, to);
}

static void
add_from_base64(struct slice text, struct buf *to)
{
	uint32_t bits = 0;
	unsigned count = 0;

	for (size_t i = 0; i < text.length; i++) {
		const char *digit = text.at[i] ? strchr(base64_digits, text.at[i]) : NULL;

		if (!digit)
			return;
		bits = bits << 6 | (uint32_t)(digit - base64_digits);
		count += 6;
		if (count >= 8) {
			count -= 8;
			buf_add_char(to, (char)(bits >> count & 0xff));
		}
	}
}

/* "#65;": the length of the number of an ASCII character, which is set; 0 for anything else. */
static size_t
read_number(struct slice text, char *c)
{
	size_t end = 1;
	uint64_t number;

	while (end < text.length && text.at[end] != ';' && end < 8)
		end++;
	if (end >= text.length || text.at[0] != '#' || text.at[end] != ';' ||
		!slice_number((struct slice){text.at + 1, end - 1}, &number) || number == 0 ||
		number > 126)
		return 0;
	*c = (char)number;
	return end + 1;
}

/* The length of the reference at the front, whose character is set; 0 when there is none. */
static size_t
read_entity(struct slice text, char *c)
{
	size_t length;

	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (slice_starts(text, entities[i].text)) {
			*c = entities[i].c;
			return strlen(entities[i].text);
		}
	slice_drop(&text, 1);
	length = text.length ? read_number(text, c) : 0;
	return length ? length + 1 : 0;
}

static void
add_from_entities(struct slice text, struct buf *to)
{
	while (text.length) {
		char c = *text.at;
		size_t length = c == '&' ? read_entity(text, &c) : 0;

		buf_add_char(to, c);
		slice_drop(&text, length ? length : 1);
	}
}

/* ---- lists of encodings ---- */

typedef void add_fn(struct slice text, struct buf *to);

static const struct encoding {
	const char *name;
	add_fn *encode, *decode;
} encodings[] = {
	{"none", add_unchanged, add_unchanged},
	{"url", add_url, add_from_url},
	{"urlencoded", add_urlencoded, add_from_urlencoded},
	{"base64", add_base64, add_from_base64},
	{"entity", add_entities, add_from_entities},
};

static const struct encoding *
find_encoding(struct slice name)
{
	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
		if (slice_is_nocase(name, encodings[i].name))
			return &encodings[i];
	return NULL;
}

static bool
convert(struct slice names, struct slice text, bool decodes, struct buf *to)
{
	struct buf last = {0}, next = {0};
	struct slice name;
	bool is_known = true;

	buf_add_slice(&last, text);
	while (is_known && slice_split(&names, ',', &name)) {
		const struct encoding *encoding = find_encoding(slice_trim(name));
		struct buf unused;

		is_known = encoding;
		if (!encoding)
			continue;
		buf_clear(&next);
		(decodes ? encoding->decode : encoding->encode)(buf_slice(&last), &next);
		unused = last;
		last = next;
		next = unused;
	}
	if (is_known)
		buf_add_slice(to, buf_slice(&last));
	buf_finish(&last);
	buf_finish(&next);
	return is_known;
}

bool
ssi_format_encode(struct slice names, struct slice text, struct buf *to)
{
	return convert(names, text, false, to);
}

bool
ssi_format_decode(struct slice names, struct slice text, struct buf *to)
{
	return convert(names, text, true, to);
}

/* ---- sizes and times ---- */

enum { UNIT_MAX = 973 }; /* from here on, a number is written in the next unit: "1.0K" */

static void
add_short_size(uint64_t size, struct buf *to)
{
	const char *unit = "KMGTPE";
	unsigned rest;

	if (size < UNIT_MAX) {
		buf_addf(to, "%3" PRIu64 " ", size);
		return;
	}
	for (;; unit++) {
		rest = (unsigned)(size % 1024);
		size /= 1024;
		if (size < UNIT_MAX)
			break;
	}
	if (size < 9 || (size == 9 && rest < UNIT_MAX)) {
		unsigned tenths = (rest * 5 + 256) / 512;

		size += tenths / 10;
		buf_addf(to, "%" PRIu64 ".%u%c", size, tenths % 10, *unit);
	} else {
		buf_addf(to, "%3" PRIu64 "%c", size + (rest >= 512), *unit);
	}
}

void
ssi_format_size(uint64_t size, bool is_short, struct buf *to)
{
	char digits[24];
	size_t length;

	if (is_short) {
		add_short_size(size, to);
		return;
	}
	length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, size);
	for (size_t i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			buf_add_char(to, ',');
		buf_add_char(to, digits[i]);
	}
}

enum { TIME_MAX = 1024 }; /* a time of so many bytes is none */

/* What musl's strftime() has not: the hour without a zero in front, and am and pm. */
static bool
add_of_glibc(char conversion, const struct tm *time, struct buf *to)
{
	if (conversion == 'k')
		buf_addf(to, "%2d", time->tm_hour);
	else if (conversion == 'l')
		buf_addf(to, "%2d", (time->tm_hour + 11) % 12 + 1);
	else if (conversion == 'P')
		buf_add_text(to, time->tm_hour < 12 ? "am" : "pm");
	else
		return false;
	return true;
}

/* One conversion, such as "%H" or "%-5d". What is none stays as it is, in every C library. */
static void
add_conversion(struct slice conversion, const struct tm *time, bool is_gmt, struct buf *to)
{
	char last = conversion.at[conversion.length - 1], format[32], text[256];
	size_t length = 0;

	if (is_gmt && last == 'Z') {
		buf_add_text(to, "GMT"); /* musl would say UTC */
		return;
	}
	if (conversion.length < sizeof(format) - 1) {
		/* A letter before it tells an empty text from one that cannot be made. */
		snprintf(format, sizeof(format), "x%.*s", (int)conversion.length, conversion.at);
/* The format is that of the page. strftime() never writes more than it may. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		length = strftime(text, sizeof(text), format, time);
#pragma GCC diagnostic pop
	}
	if (length)
		buf_add(to, text + 1, length - 1);
	else if (!add_of_glibc(last, time, to))
		buf_add_slice(to, conversion);
}

/* The length of the conversion at the start of a format: "%", flags, a width, E or O, a letter. */
static size_t
conversion_length(const char *format)
{
	size_t length = 1 + strspn(format + 1, "_-0^#+");

	length += strspn(format + length, "0123456789");
	if (format[length] == 'E' || format[length] == 'O')
		length++;
	return format[length] ? length + 1 : length;
}

void
ssi_format_time(time_t when, const char *format, bool is_gmt, struct buf *to)
{
	struct tm time;
	struct buf text = {0};

	if (!(is_gmt ? gmtime_r(&when, &time) : localtime_r(&when, &time)))
		format = "";
	while (*format && text.length < TIME_MAX) {
		size_t length = *format == '%' ? conversion_length(format) : strcspn(format, "%");

		if (*format == '%')
			add_conversion((struct slice){format, length}, &time, is_gmt, &text);
		else
			buf_add(&text, format, length);
		format += length;
	}
	buf_add(to, text.bytes, text.length < TIME_MAX ? text.length : 0);
	buf_finish(&text);
}
