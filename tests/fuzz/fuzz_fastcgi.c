/*
 * Any bytes as the answer of a FastCGI server: they make the same response in whichever pieces they
 * arrive, and no more of it than they are. The first byte chooses the method.
 */
#include <string.h>

#include "fastcgi/cgi_head.h"
#include "fastcgi/record.h"
#include "fuzz.h"

/* Returns the last verdict; RECORD_FAILED also for a bad head. */
static enum record_verdict
read_pieces(struct slice bytes, size_t size, bool is_head, struct buf *http, struct buf *errors)
{
	struct record_reader reader = {0};
	struct cgi_head head = {0};
	enum record_verdict verdict = RECORD_MORE;
	const char *fault = NULL;

	while (bytes.length && verdict == RECORD_MORE) {
		struct slice piece = bytes, data;

		piece.length = size < bytes.length ? size : bytes.length;
		slice_drop(&bytes, piece.length);
		while ((verdict = record_read(&reader, &piece, &data, &fault)) == RECORD_OUTPUT ||
			verdict == RECORD_ERRORS) {
			CHECK(data.length > 0);
			if (verdict == RECORD_ERRORS)
				buf_add_slice(errors, data);
			else if (head.is_complete)
				buf_add_slice(http, is_head ? (struct slice){"", 0} : data);
			else if (cgi_head_read(&head, data, is_head, http, &fault) ==
				 CGI_HEAD_FAILED)
				break;
		}
		if (verdict == RECORD_OUTPUT)
			verdict = RECORD_FAILED;
		CHECK(head.text.length < CGI_HEAD_MAX);
		CHECK(verdict != RECORD_FAILED || fault);
	}
	if (verdict == RECORD_FAILED)
		buf_clear(http);
	cgi_head_finish(&head);
	return verdict;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = {(const char *)data, size};
	struct buf http[2] = {{0}}, errors[2] = {{0}};
	bool is_head = size && (*data & 1);
	enum record_verdict verdict;

	slice_drop(&bytes, size > 0);
	verdict = read_pieces(bytes, size + 1, is_head, &http[0], &errors[0]);
	CHECK(read_pieces(bytes, 1, is_head, &http[1], &errors[1]) == verdict);
	CHECK(slice_equal(buf_slice(&http[0]), buf_slice(&http[1])));
	CHECK(slice_equal(buf_slice(&errors[0]), buf_slice(&errors[1])));
	CHECK(http[0].length <= 2 * size + 64);
	for (int i = 0; i < 2; i++) {
		buf_finish(&http[i]);
		buf_finish(&errors[i]);
	}
	return 0;
}
