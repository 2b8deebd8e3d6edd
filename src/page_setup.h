/*
 * page_setup: what the open pages get from the settings, and what they say: the script tag, and the lines
 * that they report with the code that these lines are about.
 */
#ifndef PAGE_SETUP_H
#define PAGE_SETUP_H

#include "live/hub.h"
#include "live/journal.h"
#include "publisher.h"
#include "settings/config.h"
#include "site/mounts.h"
#include "sources/error_place.h"
#include "ui/terminal.h"

/* Zeroed at first. Nothing is to be finished. */
struct page_setup {
	struct script_tag script_tag;
	struct error_places places;
	const char *site; /* the name that its lines have, or NULL; set by the caller */
	/* Private. */
	const struct config *config;
	const struct mounts *mounts;
	struct terminal *terminal;
	struct publisher *publisher;
	bool serves_hidden;
};

/* Keeps all pointers. Sets the script tag, as page_setup_reconfigure() does. */
void page_setup_init(struct page_setup *setup, const struct config *config,
	const struct journal *journal, const struct mounts *mounts, struct terminal *terminal,
	struct publisher *publisher);

/* Sets what can change while the server runs from other settings. */
void page_setup_reconfigure(struct page_setup *setup, const struct config *config);

/* The settings of the hub, when it begins and when they change. */
struct hub_settings page_setup_hub_settings(const struct config *config);

/* Prints what a page reports; an error with the code at its place. */
void page_setup_print(struct page_setup *setup, const struct page_message *message);

#endif
