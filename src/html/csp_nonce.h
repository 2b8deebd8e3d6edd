/*
 * csp_nonce: finds the nonce with which a document allows scripts.
 */
#ifndef CSP_NONCE_H
#define CSP_NONCE_H

#include "base/slice.h"

/*
 * Finds a nonce (CSP 3, 2.3.1) in the first length bytes of an HTML document: that of the first
 * <script> that has one, or of a policy in a <meta> before that. The search ends at <body>. Returns
 * a slice of bytes, which has only letters, digits and "+/-_="; absent when there is no nonce.
 * UTF-16 is not supported.
 */
struct slice csp_nonce_find(const char *bytes, size_t length);

/* The nonce at the beginning of text; absent when there is none. */
struct slice csp_nonce_at_front(struct slice text);

#endif
