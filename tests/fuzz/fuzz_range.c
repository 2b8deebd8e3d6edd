/*
 * Ranges of a representation: the number of an input is its size (fuzz_validators.h).
 */
#include "fuzz_validators.h"
#include "http/range.h"

static void
check_ranges(const struct request *request, const struct conditional_validators *validators,
	uint64_t size)
{
	struct range ranges[RANGE_COUNT_MAX];
	uint64_t sum = 0;
	size_t count;
	enum range_verdict verdict = range_read(request, validators, size, ranges, &count);

	CHECK(count <= RANGE_COUNT_MAX);
	CHECK((verdict == RANGE_PARTIAL) <= (count > 0));
	if (verdict != RANGE_PARTIAL)
		return;
	for (size_t i = 0; i < count; i++) {
		CHECK(ranges[i].first <= ranges[i].last && ranges[i].last < size);
		sum += ranges[i].last - ranges[i].first + 1;
		for (size_t j = 0; j < i; j++)
			CHECK(ranges[i].first > ranges[j].last || ranges[i].last < ranges[j].first);
	}
	CHECK(sum <= size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_validators(data, size, check_ranges);
	return 0;
}
