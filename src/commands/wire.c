/*
 * wire: see wire.h. The file is read in pieces, so its size does not matter. For explanations it is read
 * twice, because the port that is served may be known only at its end.
 */
#define _GNU_SOURCE
#include "commands/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "capture/pcapng.h"
#include "commands/wire_follow.h"
#include "commands/wire_report.h"
#include "control/wrong_option.h"
#include "dissect/columns.h"
#include "dissect/dissector.h"
#include "explain/explanation.h"
#include "explain/served_port.h"
#include "report/report.h"

enum { PIECE = 256 * 1024 };

static const char usage[] =
	"Usage: liveserve wire FILE.pcapng [OPTIONS]\n"
	"       liveserve wire [FOLDER] [--explain]\n\n"
	"Prints the packets of a capture, each as a line: number, time, source, destination,\n"
	"protocol, length, and what it says. The words are those of tshark 4.0. A capture of\n"
	"HTTPS is opened if it holds the keys.\n"
	"With a folder, or without anything: those of the liveserve --wire that serves the\n"
	"folder, as they come.\n\n"
	"  --explain               prints below each line what the packet does, in plain words\n"
	"  --report=OUT.html       writes a report instead: handshakes, requests, answers,\n"
	"                          pictures, WebSockets, teardowns; OUT.md is Markdown,\n"
	"                          with the packets' picture in OUT.svg\n"
	"  --report-language=en|zh the language of the report, and of --explain\n\n"
	"To serve a folder of that name: liveserve ./wire";

/* What the command line says. */
struct command {
	const char *path;
	const char *report; /* the file to write; or NULL */
	enum report_format format;
	enum language language;
	bool has_language;
	bool explains;
	bool is_help;
};

/* What is done with each packet. */
struct reading {
	struct pcapng reader;
	struct dissector *dissector;
	void (*hear)(struct reading *reading, const struct dissect_row *row);
	struct served_port served;
	struct explanation *explanation; /* NULL: nothing is explained */
	struct report *report;
	struct buf line;
};

/* ---- what is done with a packet ---- */

static void
survey(struct reading *reading, const struct dissect_row *row)
{
	served_port_hear(&reading->served, row);
}

static void
print(struct reading *reading, const struct dissect_row *row)
{
	buf_clear(&reading->line);
	columns_add_line(&reading->line, row);
	buf_add_char(&reading->line, '\n');
	if (reading->explanation) {
		buf_add_text(&reading->line, "      ");
		explanation_add(reading->explanation, row, &reading->line);
		buf_add_char(&reading->line, '\n');
	}
	fwrite(reading->line.bytes, 1, reading->line.length, stdout);
}

static void
add_to_report(struct reading *reading, const struct dissect_row *row)
{
	report_add(reading->report, row);
}

/* ---- reading ---- */

/* Reads what has come. Returns false when the bytes are no capture. */
static bool
hear_blocks(struct reading *reading)
{
	struct pcapng_block block;
	enum pcapng_verdict verdict;

	while ((verdict = pcapng_next(&reading->reader, &block)) == PCAPNG_BLOCK) {
		struct dissect_row row;

		if (block.kind == PCAPNG_SECTION)
			served_port_hear_program(&reading->served, block.user_appl);
		if (block.kind == PCAPNG_SECRETS && block.secrets_type == PCAPNG_SECRETS_TLS_KEYS)
			dissector_secrets(reading->dissector, block.bytes);
		if (block.kind != PCAPNG_PACKET)
			continue;
		dissector_packet(reading->dissector, &block, &row);
		reading->hear(reading, &row);
	}
	return verdict == PCAPNG_MORE;
}

/* Logs why the file at path could not be read to its end. */
static void
log_wrong(const struct pcapng *reader, const char *path)
{
	if (pcapng_is_classic(reader))
		log_error(
			"\"%s\" is a capture in the older format pcap; convert it with: editcap -F "
			"pcapng \"%s\" NEW.pcapng",
			path, path);
	else if (!reader->has_section)
		log_error("\"%s\" is no pcapng file; give a capture that Wireshark, dumpcap or "
			  "liveserve --wire=FILE has saved",
			path);
	else
		log_error("\"%s\" is damaged: %s; only the packets before that are shown, so save "
			  "it anew, or copy it again",
			path, pcapng_error(reader));
}

/* Reads the packets of fd. Returns whether all is well; if not, after an error line if it logs. */
static bool
read_file(struct reading *reading, int fd, const char *path, bool logs)
{
	static char piece[PIECE];
	bool is_good = true;
	ssize_t length;

	while (is_good && (length = read(fd, piece, sizeof(piece))) > 0) {
		pcapng_feed(&reading->reader, (struct slice){piece, (size_t)length});
		is_good = hear_blocks(reading);
	}
	if (is_good && length == 0 && reading->reader.has_section &&
		pcapng_is_at_end(&reading->reader))
		return true;
	if (!logs)
		return false;
	if (is_good && length < 0)
		log_error("cannot read \"%s\": %s; give the path of a pcapng file", path,
			strerror(errno));
	else if (!is_good || !reading->reader.has_section)
		log_wrong(&reading->reader, path);
	else
		log_error(
			"\"%s\" is cut off in the middle of a packet; only the packets before that "
			"are shown, so save it anew, or copy it again",
			path);
	return false;
}

static void
begin(struct reading *reading, void (*hear)(struct reading *, const struct dissect_row *))
{
	pcapng_init(&reading->reader);
	reading->dissector = dissector_create();
	reading->hear = hear;
}

static void
end(struct reading *reading)
{
	dissector_destroy(reading->dissector);
	pcapng_finish(&reading->reader);
}

/*
 * Finds the served port: reads all of fd, and goes back to its beginning. Returns 0 if it is not known; of a
 * pipe it never is.
 */
static uint16_t
find_port(struct reading *reading, int fd, const char *path)
{
	if (lseek(fd, 0, SEEK_CUR) < 0)
		return 0;
	begin(reading, survey);
	read_file(reading, fd, path, false);
	end(reading);
	return lseek(fd, 0, SEEK_SET) == 0 ? served_port_of(&reading->served) : 0;
}

/* ---- the command ---- */

static void
set_up(struct reading *reading, const struct command *command, int fd)
{
	bool explains = command->explains || command->report;
	uint16_t port = explains ? find_port(reading, fd, command->path) : 0;

	if (command->report) {
		const char *slash = strrchr(command->path, '/');
		struct report_options options = {
			command->language, port, slash ? slash + 1 : command->path};

		reading->report = report_create(&options);
	} else if (command->explains) {
		struct explanation_options options = {command->language, port};

		reading->explanation = explanation_create(&options);
	}
	begin(reading, command->report ? add_to_report : print);
}

/* Reads the file, prints or reports. Returns the exit code. */
static int
run_on(const struct command *command, int fd)
{
	struct reading reading = {0};
	int code;

	set_up(&reading, command, fd);
	code = read_file(&reading, fd, command->path, true) ? 0 : 1;
	if (command->report && reading.reader.has_section &&
		!wire_report_save(command->report, command->format, reading.report))
		code = 1;
	if (fflush(stdout) != 0 && errno != EPIPE) {
		log_error("cannot write to standard output: %s", strerror(errno));
		code = 1;
	}
	end(&reading);
	explanation_destroy(reading.explanation);
	report_destroy(reading.report);
	buf_finish(&reading.line);
	return code;
}

/* Of some errors the text says already what to do. */
static void
log_unopened(const char *path, int error)
{
	bool says_all = error == ENOENT || error == EACCES;

	log_error("cannot open \"%s\": %s%s", path, file_error_text(error),
		says_all ? "" : "; give the path of a pcapng file");
}

static int
run(const struct command *command)
{
	int code, fd = file_open(command->path);

	if (fd < 0) {
		log_unopened(command->path, errno);
		return 1;
	}
	code = run_on(command, fd);
	close(fd);
	return code;
}

/* ---- the command line ---- */

/* The value of --NAME=VALUE; NULL when the argument is another one. */
static const char *
value_of(const char *argument, const char *name)
{
	size_t length = strlen(name);

	return strncmp(argument, name, length) == 0 && argument[length] == '='
		       ? argument + length + 1
		       : NULL;
}

/* Returns false after an error line. */
static bool
take_report(struct command *command, const char *path)
{
	command->report = path;
	if (report_format_find(path, &command->format))
		return true;
	log_error("wire: --report=%s must end in .html or .md", path);
	return false;
}

/* Returns false after an error line. */
static bool
take_language(struct command *command, const char *name)
{
	command->has_language = true;
	if (language_find(name, &command->language))
		return true;
	log_error("wire: --report-language=%s is not known; give en or zh", name);
	return false;
}

/* Returns false after an error line. */
static bool
refuse(const char *argument)
{
	static const char *const options[] = {"--explain", "--report", "--report-language", NULL};

	if (strcmp(argument, "--report") == 0)
		log_error("wire: --report needs a file, such as --report=report.html");
	else if (strcmp(argument, "--report-language") == 0)
		log_error("wire: --report-language needs a language; give en or zh, as in "
			  "--report-language=zh");
	else if (value_of(argument, "--explain"))
		log_error("wire: --explain takes no value; leave out what is behind it in %s",
			argument);
	else
		wrong_option_log("wire", argument, options);
	return false;
}

/* Takes one option. Returns false after an error line. */
static bool
take_option(struct command *command, const char *argument)
{
	const char *report = value_of(argument, "--report");
	const char *language = value_of(argument, "--report-language");

	if (report)
		return take_report(command, report);
	if (language)
		return take_language(command, language);
	if (strcmp(argument, "--explain") == 0)
		command->explains = true;
	else if (strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0)
		command->is_help = true;
	else
		return refuse(argument);
	return true;
}

/* Reads the command line. Returns false after an error line. */
static bool
read_command_line(struct command *command, int count, char **arguments)
{
	bool is_option = true;

	for (int i = 2; i < count; i++) {
		const char *argument = arguments[i];

		if (is_option && strcmp(argument, "--") == 0) {
			is_option = false;
		} else if (is_option && argument[0] == '-' && argument[1]) {
			if (!take_option(command, argument))
				return false;
		} else if (command->path) {
			log_error("wire: one file is enough; \"%s\" is one too many", argument);
			return false;
		} else {
			command->path = argument;
		}
	}
	return true;
}

/* Whether a running server is meant. */
static bool
is_folder(const struct command *command)
{
	struct stat state;

	return !command->path || (stat(command->path, &state) == 0 && S_ISDIR(state.st_mode));
}

/* Returns the exit code. */
static int
follow(const struct command *command)
{
	if (command->report)
		log_error("wire: --report needs a capture file; for a running server, use Report "
			  "in the page of its wire");
	else if (command->has_language)
		log_error("wire: --report-language needs a capture file; leave it out, as a "
			  "running server explains in English");
	else
		return wire_follow_run(command->path ? command->path : ".", command->explains);
	return 2;
}

int
wire_run(int count, char **arguments)
{
	struct command command = {0};

	if (!read_command_line(&command, count, arguments))
		return 2;
	if (command.is_help) {
		puts(usage);
		return 0;
	}
	return is_folder(&command) ? follow(&command) : run(&command);
}
