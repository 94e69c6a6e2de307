/*
 * More runs for golden outputs than show.c has: one with one thing of each
 * kind; one with more of each kind than reports show; one with costs of
 * sessions and rare things; one with a single case; one without cases.
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
