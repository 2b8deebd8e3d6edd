/*
 * Dates: an input is the text of a date; its length and bytes are also a time to be written.
 */
#include <string.h>

#include "fuzz.h"
#include "http/date.h"

/* A date that was parsed and is written again is the same date. */
static void
check_date(struct slice text)
{
	char written[DATE_SIZE];
	time_t when, again;

	if (!text.at || !date_read(text, &when))
		return;
	CHECK(date_write(written, when));
	CHECK(strlen(written) == DATE_SIZE - 1);
	CHECK(date_read(slice_of(written), &again) && again == when);
}

/* Any time is written or refused. What was written can be parsed. */
static void
check_moment(uint64_t number)
{
	char written[DATE_SIZE];
	time_t again;

	if (date_write(written, (time_t)number))
		CHECK(date_read(slice_of(written), &again) && again == (time_t)number);
	else
		CHECK(written[0] == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = {(const char *)data, size};
	uint64_t number = 0;

	check_date(text);
	if (!slice_number(text, &number))
		memcpy(&number, data, size < sizeof(number) ? size : sizeof(number));
	check_moment(number);
	return 0;
}
