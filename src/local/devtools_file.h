/*
 * devtools_file: the file by which Chromium's developer tools find the folder of a site, so that they can save into it
 * (DevTools, "automatic workspace folders"). The user confirms that there before anything is written.
 */
#ifndef DEVTOOLS_FILE_H
#define DEVTOOLS_FILE_H

#include "http/request.h"
#include "http/response.h"

#define DEVTOOLS_FILE_PATH "/.well-known/appspecific/com.chrome.devtools.json"

/*
 * Answers with the folder root (an absolute path), and a number for it that is the same in every run. Only a client of
 * this machine that has asked for a loopback host gets it. Returns false, and leaves response as it is, for any other
 * request, and when root is not UTF-8, so that JSON cannot name it.
 */
bool devtools_file_respond(
	struct response *response, const struct request *request, struct slice root);

#endif
