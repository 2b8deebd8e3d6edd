/*
 * login: the answers to requests whose name and password are not known to be right.
 */
#ifndef LOGIN_H
#define LOGIN_H

#include "html/script_tag.h"
#include "http/request.h"
#include "http/response.h"
#include "security/authenticator.h"

/*
 * Responds to a request that authenticator_knows does not know: 401 without a password or with a
 * wrong one, 429 when there were too many, or a pause while the password is checked. After a pause
 * the request comes again; if its password was right, authenticator_knows it then. tag is for the
 * page.
 */
void login_respond(struct authenticator *authenticator, const struct script_tag *tag,
	const struct request *request, struct response *response);

#endif
