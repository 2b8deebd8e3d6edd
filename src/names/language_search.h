/*
 * language_search: which form of a file a client gets, of those in its own language and others: for "index.html", which is not
 * there, "index.html.zh" or "index.html.en". It chooses as Apache httpd does with MultiViews, but
 * where httpd finds no form that the client accepts, it chooses one all the same.
 */
#ifndef LANGUAGE_SEARCH_H
#define LANGUAGE_SEARCH_H

#include <stdbool.h>

#include "base/buf.h"
#include "fs/root.h"
#include "http/request.h"

enum { LANGUAGE_SEARCH_MAX = 20000 }; /* names of a folder that are looked at */

enum language_verdict {
	LANGUAGE_NONE,  /* the file has no form in any language */
	LANGUAGE_OTHER, /* it has, but the client likes that without a language better */
	LANGUAGE_FOUND,
};

/*
 * Looks in the folder of name (in root) for its forms. With LANGUAGE_FOUND *rest is what follows name: ".zh". Of languages that the
 * client likes equally, the first in priority counts ("de en": LanguagePriority; NULL or "" for none), then
 * English, then the first in the alphabet. The folder is read, so the caller has it watched before.
 */
enum language_verdict language_search(const struct root *root, const char *name,
	const struct request *request, const char *priority, struct buf *rest);

#endif
