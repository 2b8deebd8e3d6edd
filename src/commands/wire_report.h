/*
 * wire_report: writes the report of "liveserve wire FILE --report=OUT".
 */
#ifndef COMMANDS_WIRE_REPORT_H
#define COMMANDS_WIRE_REPORT_H

#include <stdbool.h>

#include "report/report.h"

/*
 * Writes the report to a new file at path. Beside a report in Markdown it writes the picture of the packets, as
 * "report.svg" beside "report.md", and prints a line with both names. Returns false after an error line; what was
 * written is removed then.
 */
bool wire_report_save(const char *path, enum report_format format, const struct report *report);

#endif
