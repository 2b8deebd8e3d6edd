/*
 * When an upstream counts as away and as back. The test says what probes find, and what time it is.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "support/clock.h"
#include "support/wrap_loop.h"
#include "upstream/outage.h"

static struct {
	struct loop *loop;
	struct upstream upstream;
	struct destination destination;
	struct outage_options options;
	struct outage outage;
	struct buf told;
	uint64_t now_us; /* beside the real time */
	probe_fn *probed;
	void *context;
	char target[32];
	unsigned probes;
} here;

void __wrap_probe_start(struct probe *probe, struct loop *loop, struct destination *destination,
	const struct probe_request *request, probe_fn *fn, void *context);

/* Does not ask anybody: the test calls fn. */
void
__wrap_probe_start(struct probe *probe, struct loop *loop, struct destination *destination,
	const struct probe_request *request, probe_fn *fn, void *context)
{
	assert_ptr_equal(loop, here.loop);
	assert_ptr_equal(destination, &here.destination);
	probe->is_running = false;
	memcpy(here.target, request->target.at, request->target.length);
	here.target[request->target.length] = '\0';
	here.probed = fn;
	here.context = context;
	here.probes++;
}

uint64_t
__wrap_loop_now(void)
{
	return __real_loop_now() + here.now_us;
}

/* An outage_fn. */
static void
note(void *context, struct destination *destination, bool is_over, const char *sentence)
{
	assert_ptr_equal(context, &here);
	assert_ptr_equal(destination, &here.destination);
	assert_int_equal(is_over, strstr(sentence, "is back") != NULL);
	buf_addf(&here.told, "%s\n", sentence);
}

static int
enter(void **state)
{
	(void)state;
	memset(&here, 0, sizeof(here));
	here.loop = loop_create();
	upstream_read(&here.upstream, "http://x:1");
	here.destination.upstream = &here.upstream;
	here.options = (struct outage_options){here.loop, 10000, note, &here};
	outage_init(&here.outage, &here.options, &here.destination);
	buf_add_text(&here.told, "");
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	outage_finish(&here.outage);
	upstream_finish(&here.upstream);
	loop_destroy(here.loop);
	buf_finish(&here.told);
	return 0;
}

static bool
miss(enum outage_kind kind)
{
	const struct probe_request request = {SLICE_LITERAL("h"), SLICE_LITERAL("/a?b")};

	return outage_note(&here.outage, kind, &request, "is missed");
}

/* A clock_until_fn. */
static bool
is_asked(void *context)
{
	(void)context;
	return here.probes > 0;
}

/* Waits for the next probe, which finds this. */
static void
find(enum probe_verdict verdict)
{
	clock_wait(here.loop, is_asked, NULL);
	here.probes = 0;
	here.probed(here.context, verdict);
}

static void
assert_told(const char *text)
{
	assert_string_equal(here.told.bytes, text);
	buf_clear(&here.told);
	buf_add_text(&here.told, "");
}

#define AWAY "http://x:1 is missed, so pages wait for it\n"
#define BACK "http://x:1 is back, so pages reload\n"

static void
told_once(void **state)
{
	(void)state;
	assert_true(miss(OUTAGE_REFUSED));
	assert_true(miss(OUTAGE_REFUSED));
	assert_told(AWAY);
	find(PROBE_AWAY);
	find(PROBE_BUSY);
	assert_string_equal(here.target, "/a?b");
	assert_told("");
	find(PROBE_WELL);
	assert_told(BACK);
	assert_false(here.outage.is_away);
	assert_false(outage_note_answer(&here.outage));
	assert_told("");
}

/* A page is held no longer than that after the outage began. */
static void
too_long(void **state)
{
	(void)state;
	assert_true(miss(OUTAGE_REFUSED));
	here.now_us += 9000 * 1000;
	assert_true(miss(OUTAGE_REFUSED));
	here.now_us += 2000 * 1000;
	assert_false(miss(OUTAGE_REFUSED));
	assert_told(AWAY);
}

/* A request that is answered ends an outage, but not one that other addresses do not have. */
static void
an_answer(void **state)
{
	(void)state;
	miss(OUTAGE_REFUSED);
	assert_true(outage_note_answer(&here.outage));
	assert_told(AWAY BACK);
	miss(OUTAGE_ANSWER);
	assert_false(outage_note_answer(&here.outage));
	assert_told(AWAY);
	/* Now nobody is there at all. */
	miss(OUTAGE_REFUSED);
	assert_true(outage_note_answer(&here.outage));
	assert_told(BACK);
}

/* A 503 that comes back at once is the upstream's own, until it was really away. */
static void
relapse(void **state)
{
	(void)state;
	assert_true(miss(OUTAGE_ANSWER));
	find(PROBE_WELL);
	assert_told(AWAY BACK);
	assert_false(miss(OUTAGE_ANSWER));
	here.now_us += 60000 * UINT64_C(1000);
	assert_false(miss(OUTAGE_ANSWER));
	assert_told("");
	assert_true(miss(OUTAGE_REFUSED));
	find(PROBE_WELL);
	assert_true(miss(OUTAGE_ANSWER));
	assert_told(AWAY BACK AWAY);
}

/* Much later it is another outage. */
static void
no_relapse(void **state)
{
	(void)state;
	miss(OUTAGE_ANSWER);
	find(PROBE_WELL);
	here.now_us += (OUTAGE_RELAPSE_MS + 1000) * UINT64_C(1000);
	assert_true(miss(OUTAGE_ANSWER));
	assert_told(AWAY BACK AWAY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(told_once, enter, leave),
		cmocka_unit_test_setup_teardown(too_long, enter, leave),
		cmocka_unit_test_setup_teardown(an_answer, enter, leave),
		cmocka_unit_test_setup_teardown(relapse, enter, leave),
		cmocka_unit_test_setup_teardown(no_relapse, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
