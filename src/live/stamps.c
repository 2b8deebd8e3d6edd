/*
 * stamps: see stamps.h. Owns the lists and, while several are waiting, a table of the states that
 * were found, because they often name the same files.
 *
 * All states of a stamp belong to the same number of the journal: a state is that which was last
 * reported, so it only changes together with the number. When that happens, a list begins again.
 */
#include "live/stamps.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/mem.h"
#include "live/protocol.h"
#include "live/queue.h"

enum {
	SLICE_US = 500,                    /* how long the loop may be blocked */
	TABLE_BYTES_MAX = 4 * 1024 * 1024, /* of the table of states */
	TABLE_ROW_SIZE = 100,              /* of one row without its address */
};

struct stamps_list {
	struct queue_item item; /* in the queue of those that are being made */
	struct stamps_wait *waits;
	uint64_t hash; /* of urls; its key in the map */
	struct buf urls;
	size_t at;       /* of the next address */
	uint64_t number; /* of the journal when it was begun; 0 when it was not */
	uint64_t stamp;  /* of the addresses before at */
	bool is_done;
};

/* The states that are known for one number of the journal. */
struct table {
	uint64_t number;
	struct map rows; /* address -> the index of its state, plus one */
	uint64_t *states;
	size_t capacity, size;
};

struct stamps {
	struct stamps_options options;
	struct map lists; /* hash -> struct stamps_list */
	size_t size;      /* of all addresses */
	size_t backlog;   /* of those in the queue */
	struct queue queue;
	struct table table;
	struct loop_timer timer; /* set while the time of a turn is counted */
	uint64_t turn_end_us;
};

/* ---- the table of states ---- */

static void
table_finish(struct table *table)
{
	map_finish(&table->rows);
	free(table->states);
	*table = (struct table){0};
}

static bool
table_find(const struct table *table, uint64_t number, struct slice url, uint64_t *state)
{
	uintptr_t row = table->number == number ? (uintptr_t)map_get(&table->rows, url) : 0;

	if (row)
		*state = table->states[row - 1];
	return row;
}

static void
table_add(struct table *table, uint64_t number, struct slice url, uint64_t state)
{
	size_t count = table->rows.entries.count;

	if (table->number != number) {
		table_finish(table);
		table->number = number;
		count = 0;
	}
	if (table->size + url.length + TABLE_ROW_SIZE > TABLE_BYTES_MAX)
		return;
	table->size += url.length + TABLE_ROW_SIZE;
	table->states = mem_grow(table->states, count, &table->capacity, sizeof(state));
	table->states[count] = state;
	map_set(&table->rows, url, (void *)(uintptr_t)(count + 1));
}

/* ---- the queue ---- */

static struct stamps_list *
first(const struct stamps *stamps)
{
	return (struct stamps_list *)stamps->queue.first;
}

static void
enqueue(struct stamps *stamps, struct stamps_list *list)
{
	if (!queue_has(&list->item))
		stamps->backlog += list->urls.length;
	queue_add(&stamps->queue, &list->item);
}

static void
dequeue(struct stamps *stamps, struct stamps_list *list)
{
	if (queue_has(&list->item))
		stamps->backlog -= list->urls.length;
	queue_remove(&stamps->queue, &list->item);
	if (!first(stamps))
		table_finish(&stamps->table);
}

/* ---- making a stamp ---- */

/* The list has a result. The page that is just asking is not woken. */
static void
finish(struct stamps *stamps, struct stamps_list *list, bool is_known,
	const struct stamps_wait *asking)
{
	list->is_done = is_known;
	if (!is_known)
		list->number = 0;
	dequeue(stamps, list);
	for (struct stamps_wait *wait = list->waits; wait; wait = wait->next) {
		wait->is_unknown = !is_known;
		if (wait != asking)
			stamps->options.wake(wait->socket);
	}
}

static enum watch_verdict
find_state(struct stamps *stamps, uint64_t number, struct slice url, uint64_t *state)
{
	const struct stamps_options *options = &stamps->options;
	bool is_shared = first(stamps) && first(stamps)->item.next;
	enum watch_verdict verdict;

	if (is_shared && table_find(&stamps->table, number, url, state))
		return WATCH_KNOWN;
	verdict = options->find_state(options->context, url, state);
	if (verdict == WATCH_KNOWN && is_shared && journal_number(options->journal) == number)
		table_add(&stamps->table, number, url, *state);
	return verdict;
}

static void
begin(struct stamps_list *list, uint64_t number)
{
	list->number = number;
	list->is_done = false;
	list->at = 0;
	list->stamp = 1;
}

/* Goes on with the first list of the queue until it has a result, or the turn is over. */
static void
go_on(struct stamps *stamps, const struct stamps_wait *asking)
{
	struct stamps_list *list = first(stamps);
	uint64_t number = journal_number(stamps->options.journal), state;
	enum watch_verdict verdict;
	struct slice url;
	size_t at;

	if (list->number != number)
		begin(list, number);
	for (at = list->at; (url = protocol_next_url(&list->urls, &at)).at;) {
		verdict = find_state(stamps, number, url, &state);
		if (verdict == WATCH_UNKNOWN)
			finish(stamps, list, false, asking);
		/* The same address is asked for in the next turn. */
		if (verdict == WATCH_BUSY)
			stamps->turn_end_us = 0;
		if (verdict != WATCH_KNOWN)
			return;
		list->at = at;
		list->stamp = hash_more(list->stamp, url);
		list->stamp = hash_more(
			list->stamp, (struct slice){(const char *)&state, sizeof(state)});
		if (loop_now() >= stamps->turn_end_us)
			return;
	}
	/* Looking may have found a change. Then the list begins again. */
	if (journal_number(stamps->options.journal) == number)
		finish(stamps, list, true, asking);
	else
		list->number = 0;
}

static void turn(void *context);

static void
begin_turn(struct stamps *stamps)
{
	stamps->turn_end_us = loop_now() + SLICE_US;
	loop_timer_set(stamps->options.loop, &stamps->timer, 0, turn, stamps);
}

/* What is left of the queue gets another turn, after everything else that is due. */
static void
turn(void *context)
{
	struct stamps *stamps = context;

	if (!first(stamps))
		return;
	begin_turn(stamps);
	while (first(stamps) && loop_now() < stamps->turn_end_us)
		go_on(stamps, NULL);
}

/* ---- what pages want ---- */

struct stamps *
stamps_create(const struct stamps_options *options)
{
	struct stamps *stamps = mem_zero(sizeof(*stamps));

	stamps->options = *options;
	queue_init(&stamps->queue);
	return stamps;
}

void
stamps_destroy(struct stamps *stamps)
{
	if (!stamps)
		return;
	if (stamps->timer.is_set)
		loop_timer_clear(stamps->options.loop, &stamps->timer);
	table_finish(&stamps->table);
	map_finish(&stamps->lists);
	free(stamps);
}

static struct slice
key_of(const struct stamps_list *list)
{
	return (struct slice){(const char *)&list->hash, sizeof(list->hash)};
}

static bool
is_same(const struct buf *a, const struct buf *b)
{
	return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* The list of these addresses: one that other pages have named, or a new one. Takes urls. */
static struct stamps_list *
list_of(struct stamps *stamps, struct buf *urls)
{
	struct stamps_list *list = mem_zero(sizeof(*list)), *known;

	list->hash = hash_bytes(buf_slice(urls));
	known = map_get(&stamps->lists, key_of(list));
	if (known && is_same(&known->urls, urls)) {
		free(list);
		buf_finish(urls);
		return known;
	}
	if (!known)
		map_set(&stamps->lists, key_of(list), list);
	list->urls = *urls;
	*urls = (struct buf){0};
	list->urls.capacity = list->urls.length + 1;
	list->urls.bytes = mem_resize(list->urls.bytes, list->urls.capacity);
	stamps->size += list->urls.length;
	return list;
}

void
stamps_want(struct stamps *stamps, struct stamps_wait *wait, struct buf *urls, void *socket)
{
	stamps_leave(stamps, wait);
	if (urls->length && stamps->options.find_state &&
		stamps->size + urls->length <= STAMPS_BYTES_MAX) {
		wait->list = list_of(stamps, urls);
		wait->socket = socket;
		wait->next = wait->list->waits;
		wait->list->waits = wait;
	}
	buf_finish(urls);
}

void
stamps_leave(struct stamps *stamps, struct stamps_wait *wait)
{
	struct stamps_list *list = wait->list;
	struct stamps_wait **place;

	if (!list)
		return;
	for (place = &list->waits; *place != wait;)
		place = &(*place)->next;
	*place = wait->next;
	*wait = (struct stamps_wait){0};
	if (list->waits)
		return;
	dequeue(stamps, list);
	stamps->size -= list->urls.length;
	if (map_get(&stamps->lists, key_of(list)) == list)
		map_remove(&stamps->lists, key_of(list));
	buf_finish(&list->urls);
	free(list);
}

bool
stamps_is_wanted(const struct stamps_wait *wait)
{
	return wait->list;
}

/* The result that wait has now. */
static enum stamps_verdict
result_of(const struct stamps *stamps, struct stamps_wait *wait, uint64_t *stamp)
{
	const struct stamps_list *list = wait->list;

	*stamp = list->stamp;
	if (list->is_done && list->number == journal_number(stamps->options.journal))
		return STAMPS_READY;
	if (!wait->is_unknown)
		return STAMPS_LATER;
	wait->is_unknown = false;
	return STAMPS_UNKNOWN;
}

enum stamps_verdict
stamps_get(struct stamps *stamps, struct stamps_wait *wait, uint64_t *stamp)
{
	enum stamps_verdict verdict;

	if (!wait->list)
		return STAMPS_UNKNOWN;
	verdict = result_of(stamps, wait, stamp);
	if (verdict != STAMPS_LATER)
		return verdict;
	enqueue(stamps, wait->list);
	if (!stamps->timer.is_set)
		begin_turn(stamps);
	/* Most lists are short, and done at once. */
	while (first(stamps) == wait->list && loop_now() < stamps->turn_end_us)
		go_on(stamps, wait);
	return result_of(stamps, wait, stamp);
}

size_t
stamps_backlog(const struct stamps *stamps)
{
	return stamps->backlog;
}
