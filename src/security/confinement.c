/*
 * confinement: see confinement.h.
 */
#include "security/confinement.h"

#include "capture/capture_run.h"
#include "security/landlock.h"
#include "security/seccomp.h"

/* Takes landlock, which is NULL where the kernel has none. */
static bool
enter(struct landlock *landlock)
{
	if (landlock)
		landlock_enter(landlock);
	landlock_destroy(landlock);
	return true;
}

bool
confinement_of_capture(void)
{
	return capture_drop_capabilities() && enter(landlock_create());
}

bool
confinement_of_relay(void)
{
	const struct seccomp_options filter = {.is_relay = true};

	if (!capture_drop_capabilities() || !enter(landlock_create_for_relay()))
		return false;
	seccomp_enter(&filter);
	return true;
}

bool
confinement_of_signer(void)
{
	const struct seccomp_options filter = {.is_signer = true};

	if (!capture_drop_capabilities() || !enter(landlock_create()))
		return false;
	seccomp_enter(&filter);
	return true;
}
