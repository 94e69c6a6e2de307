/* Counts locks, since one that is missing would show only now and then. For
 * programs that are linked with --wrap=pthread_mutex_lock, _unlock and
 * _destroy. */
#ifndef TESTS_UNIT_LOCK_KIT_H
#define TESTS_UNIT_LOCK_KIT_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static atomic_int locks_held, locks_taken, locks_gone;

int __real_pthread_mutex_lock(pthread_mutex_t *m);
int __wrap_pthread_mutex_lock(pthread_mutex_t *m);
int __wrap_pthread_mutex_lock(pthread_mutex_t *m)
{
	locks_held++;
	locks_taken++;
	return __real_pthread_mutex_lock(m);
}

int __real_pthread_mutex_unlock(pthread_mutex_t *m);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *m);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *m)
{
	locks_held--;
	return __real_pthread_mutex_unlock(m);
}

int __real_pthread_mutex_destroy(pthread_mutex_t *m);
int __wrap_pthread_mutex_destroy(pthread_mutex_t *m);
int __wrap_pthread_mutex_destroy(pthread_mutex_t *m)
{
	locks_gone++;
	return __real_pthread_mutex_destroy(m);
}

static inline void locks_begin(void)
{
	locks_held = 0;
	locks_taken = 0;
	locks_gone = 0;
}

/* One lock was taken and given back since the last call. */
static inline void assert_locked_once(void)
{
	assert_int_equal(locks_held, 0);
	assert_int_equal(locks_taken, 1);
	locks_taken = 0;
}

#endif
