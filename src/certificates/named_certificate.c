/*
 * named_certificate: see named_certificate.h. It owns nothing. In the sandbox the state of a file can be seen, even
 * if it cannot be opened.
 */
#include "certificates/named_certificate.h"

#include "fs/file_state.h"

static bool
has_changed(const char *path, struct stat *state)
{
	struct stat now;
	bool is_same;

	if (stat(path, &now) < 0)
		now = (struct stat){0};
	is_same = file_state_is_same(&now, state);
	*state = now;
	return !is_same;
}

void
named_certificate_init(struct named_certificate *named, const char *cert, const char *key)
{
	*named = (struct named_certificate){.cert = cert, .key = key};
	named_certificate_has_changed(named);
}

bool
named_certificate_has_changed(struct named_certificate *named)
{
	bool cert = has_changed(named->cert, &named->cert_state);
	bool key = has_changed(named->key, &named->key_state);

	return cert || key;
}
