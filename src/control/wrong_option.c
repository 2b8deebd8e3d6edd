/*
 * wrong_option: see wrong_option.h.
 */
#include "control/wrong_option.h"

#include <string.h>
#include <sys/stat.h>

#include "base/edit_distance.h"
#include "base/log.h"

/* The bytes of a word without dashes in front of it, and without a value. */
static struct slice
name_in(const char *word)
{
	const char *name = word + strspn(word, "-");

	return (struct slice){name, strcspn(name, "=")};
}

void
wrong_option_log(const char *command, const char *given, const char *const *options)
{
	struct nearest_word near = {.wanted = name_in(given)};
	struct stat folder;

	nearest_word_consider(&near, "help");
	for (; *options; options++)
		nearest_word_consider(&near, name_in(*options).at);
	if (near.word)
		log_error("%s has no option %s; did you mean --%s?", command, given, near.word);
	else if (stat(command, &folder) == 0 && S_ISDIR(folder.st_mode))
		log_error("%s has no option %s; see liveserve %s --help, or to serve the folder of "
			  "that name: liveserve ./%s",
			command, given, command, command);
	else
		log_error("%s has no option %s; see liveserve %s --help", command, given, command);
}
