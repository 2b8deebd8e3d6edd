/*
 * login: see login.h.
 */
#include "site/login.h"

#include "html/error_page.h"

/* RFC 7617 2 */
static void
ask_for_password(struct response *response, const struct script_tag *tag)
{
	response_field(response, "WWW-Authenticate",
		SLICE_LITERAL("Basic realm=\"liveserve\", charset=\"UTF-8\""));
	error_page_respond(response, tag, 401, SLICE_LITERAL("This site needs a password."));
}

/* RFC 6585 4 */
static void
ask_to_wait(struct response *response, const struct script_tag *tag, unsigned seconds)
{
	struct buf text = {0};

	buf_add_number(&text, seconds);
	response_field(response, "Retry-After", buf_slice(&text));
	buf_finish(&text);
	error_page_respond(response, tag, 429,
		SLICE_LITERAL("Too many passwords came from your address. Wait a few seconds, then "
			      "try again."));
}

void
login_respond(struct authenticator *authenticator, const struct script_tag *tag,
	const struct request *request, struct response *response)
{
	unsigned seconds;

	switch (authenticator_check(authenticator, request, response, &seconds)) {
	case AUTHENTICATOR_WRONG:
		ask_for_password(response, tag);
		break;
	case AUTHENTICATOR_TOO_MANY:
		ask_to_wait(response, tag, seconds);
		break;
	case AUTHENTICATOR_PAUSED:
		break;
	}
}
