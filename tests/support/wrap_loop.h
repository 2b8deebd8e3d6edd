/*
 * wrap_loop: functions of base/loop.h that a test may replace, if it is linked with --wrap for them (WRAP_... in
 * tests/CMakeLists.txt). The test defines __wrap_...; it may call __real_....
 */
#ifndef WRAP_LOOP_H
#define WRAP_LOOP_H

#include "base/loop.h"

uint64_t __real_loop_now(void);
uint64_t __wrap_loop_now(void);

void __real_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context);
void __wrap_loop_timer_set(struct loop *loop, struct loop_timer *timer, uint64_t delay_us,
	loop_timer_fn *fn, void *context);

void __real_loop_timer_clear(struct loop *loop, struct loop_timer *timer);
void __wrap_loop_timer_clear(struct loop *loop, struct loop_timer *timer);

#endif
