/*
 * pem: see pem.h.
 */
#define _GNU_SOURCE
#include "certificates/pem.h"

#include <string.h>

bool
pem_take(BIO *memory, bool is_written, struct buf *text)
{
	char *bytes = NULL;
	long length = memory ? BIO_get_mem_data(memory, &bytes) : 0;

	if (is_written)
		buf_add(text, bytes, (size_t)length);
	if (length > 0)
		explicit_bzero(bytes, (size_t)length);
	BIO_free(memory);
	return is_written;
}
