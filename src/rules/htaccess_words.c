/*
 * htaccess_words: see htaccess_words.h. Owns nothing.
 */
#include "rules/htaccess_words.h"

bool
htaccess_take_line(struct htaccess_lines *lines, struct buf *line)
{
	struct slice piece;
	bool goes_on = false;

	buf_clear(line);
	while (slice_split(&lines->text, '\n', &piece)) {
		lines->next++;
		if (!goes_on)
			lines->number = lines->next;
		if (slice_ends(piece, "\r"))
			piece.length--;
		if (!goes_on)
			piece = slice_trim(piece);
		if (!goes_on && (!piece.length || piece.at[0] == '#'))
			continue;
		goes_on = slice_ends(piece, "\\");
		piece.length -= goes_on;
		buf_add_slice(line, piece);
		if (goes_on)
			continue;
		while (line->length && is_space(line->bytes[line->length - 1]))
			line->bytes[--line->length] = '\0';
		return true;
	}
	return goes_on && line->length;
}

static bool
take_word(struct slice *rest, struct buf *word, bool is_raw)
{
	char quote = 0;

	buf_clear(word);
	buf_reserve(word, 0);
	word->bytes[0] = '\0';
	while (rest->length && is_space(rest->at[0]))
		slice_drop(rest, 1);
	if (!rest->length)
		return false;
	if (rest->at[0] == '"' || rest->at[0] == '\'') {
		quote = rest->at[0];
		slice_drop(rest, 1);
	}
	while (rest->length && (quote ? rest->at[0] != quote : !is_space(rest->at[0]))) {
		char after = rest->at[0] == '\\' && rest->length > 1 ? rest->at[1] : '\0';

		if (is_raw && after && (after == quote || is_space(after))) {
			buf_add_char(word, '\\');
			slice_drop(rest, 1);
		} else if (!is_raw && quote && (after == quote || after == '\\')) {
			slice_drop(rest, 1);
		}
		buf_add_char(word, rest->at[0]);
		slice_drop(rest, 1);
	}
	if (quote && rest->length)
		slice_drop(rest, 1);
	return true;
}

bool
htaccess_take_word(struct slice *rest, struct buf *word)
{
	return take_word(rest, word, false);
}

bool
htaccess_take_raw_word(struct slice *rest, struct buf *word)
{
	return take_word(rest, word, true);
}
