/*
 * More runs for golden outputs, of what `show.c` has not: one where there is one
 * of everything, and one where there is more of everything than is told; one with
 * sessions that cost something and with what is rare; one with a single case, and
 * one without any.
 */
#ifndef TESTS_GOLDEN_RUNS_H
#define TESTS_GOLDEN_RUNS_H

#include "reports/verdict.h"

void runs_small(struct run_report *r);
void runs_full(struct run_report *r);
void runs_odd(struct run_report *r);
void runs_single(struct run_report *r);
void runs_none(struct run_report *r);
void runs_stopped(struct run_report *r);

#endif
