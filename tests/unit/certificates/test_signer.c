/*
 * The process that signs: what it says at the start, what it signs, and what it can no longer do.
 */
#define _GNU_SOURCE
#include "support/test.h"

#include <errno.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "certificates/signer.h"
#include "support/capture.h"
#include "support/folder.h"

static struct buf key; /* a public key */

static int
enter(void **state)
{
	EVP_PKEY *pair = EVP_EC_gen("P-256");
	unsigned char *der = NULL;
	int length = i2d_PUBKEY(pair, &der);
	char *here, *data;

	(void)state;
	folder_enter();
	here = realpath(".", NULL);
	data = mem_format("%s/data", here);
	setenv("XDG_DATA_HOME", data, true);
	free(data);
	free(here);
	buf_add(&key, der, (size_t)length);
	OPENSSL_free(der);
	EVP_PKEY_free(pair);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	buf_finish(&key);
	folder_leave();
	/* Children are not waited for (SIGCHLD), so this ends when there is none: the next test finds only its own. */
	while (wait(NULL) >= 0 || errno == EINTR)
		;
	return 0;
}

/* The only child of this process. */
static pid_t
find_child(void)
{
	struct buf text = {0};
	char *path = mem_format("/proc/self/task/%d/children", (int)getpid());
	pid_t child;

	assert_true(file_read_path(path, 4096, &text));
	child = (pid_t)strtol(text.bytes, NULL, 10);
	free(path);
	buf_finish(&text);
	return child;
}

static struct signer *
start(const char *const *hosts, size_t count)
{
	struct signer *signer;

	capture_begin(2);
	signer = signer_create(hosts, count);
	capture_end();
	assert_non_null(signer);
	return signer;
}

static X509 *
sign(struct signer *signer, const char *const *more, size_t count)
{
	struct buf bytes = {0};
	const unsigned char *at;
	X509 *certificate;

	assert_true(signer_sign(signer, buf_slice(&key), more, count, &bytes));
	at = (const unsigned char *)bytes.bytes;
	certificate = d2i_X509(NULL, &at, (long)bytes.length);
	assert_non_null(certificate);
	buf_finish(&bytes);
	return certificate;
}

static size_t
count_names(X509 *certificate)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	size_t count = (size_t)sk_GENERAL_NAME_num(names);

	GENERAL_NAMES_free(names);
	return count;
}

static void
it_signs_for_what_it_was_started_with(void **state)
{
	static const char *const hosts[] = {"*", "shop.test", "10.1.2.3", "0.0.0.0"};
	struct signer *signer = start(hosts, ROWS(hosts));
	const unsigned char *at = (const unsigned char *)signer_authority(signer).at;
	X509 *root = d2i_X509(NULL, &at, (long)signer_authority(signer).length);
	X509 *leaf = sign(signer, NULL, 0);
	EVP_PKEY *root_key = X509_get_pubkey(root);

	(void)state;
	assert_int_equal(X509_verify(leaf, root_key), 1);
	assert_int_equal(X509_check_host(leaf, "localhost", 0, 0, NULL), 1);
	assert_int_equal(X509_check_host(leaf, "shop.test", 0, 0, NULL), 1);
	assert_int_equal(X509_check_ip_asc(leaf, "127.0.0.1", 0), 1);
	assert_int_equal(X509_check_ip_asc(leaf, "::1", 0), 1);
	assert_int_equal(X509_check_ip_asc(leaf, "10.1.2.3", 0), 1);
	EVP_PKEY_free(root_key);
	X509_free(root);
	X509_free(leaf);
	signer_destroy(signer);
}

/* Whoever has taken over the server can ask for anything. */
static void
it_signs_for_nothing_else(void **state)
{
	static const char *const more[] = {"a.localhost", "127.0.0.9", "localhost.example.com",
		"bank.example", "other.test", "10.9.9.9", "b.localhost,DNS:bank.example", "*", "",
		"c.localhost\nd.test", ".localhost"};
	struct signer *signer = start(NULL, 0);
	X509 *without = sign(signer, NULL, 0), *with = sign(signer, more, ROWS(more));

	(void)state;
	assert_int_equal(X509_check_host(with, "a.localhost", 0, 0, NULL), 1);
	assert_int_equal(X509_check_ip_asc(with, "127.0.0.9", 0), 1);
	assert_int_equal(X509_check_host(with, "c.localhost", 0, 0, NULL), 1);
	assert_int_equal(count_names(with), count_names(without) + 3);
	X509_free(with);
	X509_free(without);
	signer_destroy(signer);
}

static void
a_wrong_request_is_refused(void **state)
{
	struct signer *signer = start(NULL, 0);
	struct buf bytes = {0};
	char *large = mem_zero(40000);

	(void)state;
	capture_begin(2);
	assert_false(signer_sign(signer, slice_of("nonsense"), NULL, 0, &bytes));
	assert_string_equal(capture_end(), "liveserve: OpenSSL signs no certificate for --https\n");
	assert_int_equal(bytes.length, 0);
	X509_free(sign(signer, NULL, 0)); /* it lives on */
	capture_begin(2);
	assert_false(signer_sign(signer, (struct slice){large, 40000}, NULL, 0, &bytes));
	assert_non_null(strstr(capture_end(), "has ended; restart liveserve"));
	free(large);
	signer_destroy(signer);
}

static void
names_that_would_not_count_are_said(void **state)
{
	static const char *const hosts[] = {
		"shop.example.com", "good.test", "8.8.8.8", "caf\xc3\xa9.test"};
	struct signer *signer;
	const char *said;
	X509 *leaf;

	(void)state;
	capture_begin(2);
	signer = signer_create(hosts, ROWS(hosts));
	said = capture_end();
	assert_non_null(signer);
	assert_non_null(strstr(said, "made an authority of your own"));
	assert_non_null(strstr(said, "is not for \"shop.example.com\": "));
	assert_non_null(strstr(said, "is not for \"8.8.8.8\": "));
	assert_non_null(strstr(said, "is not for \"caf\xc3\xa9.test\": "));
	assert_null(strstr(said, "\"good.test\""));
	leaf = sign(signer, NULL, 0);
	assert_int_equal(X509_check_host(leaf, "good.test", 0, 0, NULL), 1);
	assert_int_equal(X509_check_host(leaf, "shop.example.com", 0, 0, NULL), 0);
	assert_int_equal(X509_check_ip_asc(leaf, "8.8.8.8", 0), 0);
	X509_free(leaf);
	signer_destroy(signer);
	capture_begin(2);
	signer = signer_create(NULL, 0);
	assert_string_equal(capture_end(), ""); /* the authority is there */
	signer_destroy(signer);
}

static void
a_failure_is_one_sentence(void **state)
{
	const char *said;

	(void)state;
	folder_write("data/liveserve/authority/key.pem", "nonsense");
	chmod("data/liveserve/authority/key.pem", 0600);
	chmod("data/liveserve/authority", 0700);
	chmod("data/liveserve", 0700);
	capture_begin(2);
	assert_null(signer_create(NULL, 0));
	said = capture_end();
	assert_non_null(strstr(said, "holds no key with the certificate of an authority"));
	assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
}

static void
it_is_confined(void **state)
{
	struct signer *signer = start(NULL, 0);
	char *path = mem_format("/proc/%d/status", (int)find_child());
	struct buf text = {0};

	(void)state;
	assert_true(file_read_path(path, 65536, &text));
	free(path);
	assert_non_null(strstr(text.bytes, "Name:\tliveserve-sign\n"));
	assert_non_null(strstr(text.bytes, "CapEff:\t0000000000000000\n"));
	assert_non_null(strstr(text.bytes, "NoNewPrivs:\t1\n"));
	assert_non_null(strstr(text.bytes, "Seccomp:\t2\n"));
	X509_free(sign(signer, NULL, 0));
	buf_finish(&text);
	signer_destroy(signer);
}

static void
its_end_is_said_once(void **state)
{
	struct signer *signer = start(NULL, 0);
	struct buf bytes = {0};

	(void)state;
	assert_int_equal(kill(find_child(), SIGKILL), 0);
	capture_begin(2);
	assert_false(signer_sign(signer, buf_slice(&key), NULL, 0, &bytes));
	assert_string_equal(capture_end(),
		"liveserve: the process that signs certificates for --https "
		"has ended; restart liveserve\n");
	capture_begin(2);
	assert_false(signer_sign(signer, buf_slice(&key), NULL, 0, &bytes));
	assert_string_equal(capture_end(), "");
	signer_destroy(signer);
}

static void
it_ends_with_its_owner(void **state)
{
	struct signer *signer = start(NULL, 0);
	pid_t child = find_child();

	(void)state;
	assert_int_equal(kill(child, 0), 0);
	signer_destroy(signer);
	while (kill(child, 0) == 0) /* the kernel reaps it: SIGCHLD is ignored */
		usleep(1000);
	assert_int_equal(errno, ESRCH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			it_signs_for_what_it_was_started_with, enter, leave),
		cmocka_unit_test_setup_teardown(it_signs_for_nothing_else, enter, leave),
		cmocka_unit_test_setup_teardown(a_wrong_request_is_refused, enter, leave),
		cmocka_unit_test_setup_teardown(names_that_would_not_count_are_said, enter, leave),
		cmocka_unit_test_setup_teardown(a_failure_is_one_sentence, enter, leave),
		cmocka_unit_test_setup_teardown(it_is_confined, enter, leave),
		cmocka_unit_test_setup_teardown(its_end_is_said_once, enter, leave),
		cmocka_unit_test_setup_teardown(it_ends_with_its_owner, enter, leave),
	};

	signal(SIGCHLD, SIG_IGN); /* as the program does */
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
