/*
 * ssi_format: how values are written into a page: encodings, sizes and times, each as mod_include of
 * Apache 2.4 writes it.
 */
#ifndef SSI_FORMAT_H
#define SSI_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"

/*
 * Adds text in the encodings that names lists ("entity", or "url,entity"), which are applied one after
 * the other: "none", "url", "urlencoded", "base64" and "entity". Returns false, and adds nothing, when
 * one of them has another name.
 */
bool ssi_format_encode(struct slice names, struct slice text, struct buf *to);

/*
 * The same the other way round. What cannot be decoded stays as it is. Of the character references, only
 * &lt; &gt; &amp; &quot; and the numbers of ASCII are decoded.
 */
bool ssi_format_decode(struct slice names, struct slice text, struct buf *to);

/* Adds a number of bytes: "1,234,567", or "1.2M" if is_short. */
void ssi_format_size(uint64_t size, bool is_short, struct buf *to);

/* Adds a time by a format of strftime(3), in the zone of this machine or in GMT. */
void ssi_format_time(time_t when, const char *format, bool is_gmt, struct buf *to);

#endif
