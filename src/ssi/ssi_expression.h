/*
 * ssi_expression: the conditions of #if and #elif, in the language of Apache 2.4 (ap_expr).
 *
 *   "text" 'text' 12 $1 %{NAME} v('NAME') WORD . WORD     words
 *   = == != < <= > >=  -eq -ne -lt -le -gt -ge            comparisons, of texts and of numbers
 *   WORD =~ /pattern/i  WORD !~ m#pattern#                regular expressions, which set $0 to $9
 *   WORD in {WORD, WORD}                                  lists
 *   -n -z -T                                              not empty, empty, neither empty nor 0, off, false, no
 *   ! && || ( ) not and or true false                     conditions
 *
 * Functions: v env reqenv http req tolower toupper escape unescape base64 unbase64. Within the quotes of
 * a text, %{NAME} and $1 have their values. What asks for other files (-A -F -U, file()) or addresses
 * (-ipmatch -R), patterns of a shell (-strmatch, -fnmatch) and hashes (md5, sha1) are left out.
 */
#ifndef SSI_EXPRESSION_H
#define SSI_EXPRESSION_H

#include "base/buf.h"
#include "ssi/ssi_variables.h"

enum { SSI_EXPRESSION_LENGTH_MAX = 8 * 1024, SSI_EXPRESSION_DEPTH_MAX = 32 };

enum ssi_expression_verdict {
	SSI_EXPRESSION_FALSE,
	SSI_EXPRESSION_TRUE,
	SSI_EXPRESSION_WRONG,
};

/*
 * Evaluates a condition. time_format is for times among the variables. If it is wrong, adds to why what
 * is wrong with it, without a period.
 */
enum ssi_expression_verdict ssi_expression_evaluate(struct ssi_variables *variables,
	struct slice text, const char *time_format, struct buf *why);

#endif
